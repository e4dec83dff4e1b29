import { access, constants, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GreenlightError } from "../domain/errors.ts";

/** D/sandbox.json: all that one needs to look around in a sandbox. */
export interface SandboxDescription {
  /** A file with a context for each cluster. */
  readonly kubeconfig: string;
  readonly dns: {
    /** host:port, UDP and TCP. */
    readonly address: string;
    readonly zone: string;
    readonly tsig: { readonly name: string; readonly algorithm: string; readonly secret: string };
  };
  /** The same zone by Route 53's API, for the driver `dns/route53`. */
  readonly route53: {
    readonly endpoint: string;
    readonly hostedZone: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  /** The public name, and the address of each cluster's shop. */
  readonly shop: {
    readonly name: string;
    readonly port: number;
    readonly blue: string;
    readonly green: string;
  };
  /** URLs. */
  readonly store: { readonly blue: string; readonly green: string };
  /** The fault panel's URL. */
  readonly faults: string;
  /** A file: greenlight.yaml. */
  readonly config: string;
  /** Of an operator, for Greenlight's API. */
  readonly token: string;
  /** A file: the token of someone else, who may approve what the operator asks for. */
  readonly approverTokenFile: string;
}

export interface SandboxFiles {
  readonly kubeconfig: string;
  readonly config: string;
  readonly tsigKey: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly storeToken: string;
  readonly approverToken: string;
}

/** Where each of them is in the directory. */
export function pathsIn(directory: string): SandboxFiles & { readonly description: string } {
  return {
    kubeconfig: join(directory, "kubeconfig"),
    config: join(directory, "greenlight.yaml"),
    tsigKey: join(directory, "tsig-key"),
    accessKeyId: join(directory, "access-key-id"),
    secretAccessKey: join(directory, "secret-access-key"),
    storeToken: join(directory, "store-token"),
    approverToken: join(directory, "approver-token"),
    description: join(directory, "sandbox.json"),
  };
}

/** Makes it where it is not there. Rejects with GL_CONFIG where nothing can be written into it. */
export async function prepareDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const what = `${directory} can't be the sandbox's directory (${code})`;
    throw new GreenlightError("GL_CONFIG", what, error);
  }
}

/** Writes them into a directory that is prepared, for their owner alone; sandbox.json is the last, so that who sees it sees all. */
export async function writeSandboxFiles(
  directory: string,
  texts: SandboxFiles,
  description: SandboxDescription,
): Promise<void> {
  const paths = pathsIn(directory);
  for (const name of NAMES) await write(paths[name], texts[name]);
  await write(paths.description, `${JSON.stringify(description, undefined, 2)}\n`);
}

const NAMES = [
  "kubeconfig",
  "config",
  "tsigKey",
  "accessKeyId",
  "secretAccessKey",
  "storeToken",
  "approverToken",
] as const;

async function write(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
