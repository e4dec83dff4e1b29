import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { z } from "zod";
import { GreenlightError, reasonOf } from "../../domain/errors.ts";
import { parseDate, parseRfc3339 } from "../clock/rfc3339.ts";
import { type Ended, type RunLimits, runProgram } from "../process/run-program.ts";
import type { Credential } from "./access.ts";
import type { ExecPlugin } from "./exec-plugin.ts";

/** A credential, and until when it is good. */
export interface Issued {
  readonly credential: Credential;
  /** Wall clock, in ms since 1970; absent: until the server no longer takes it. */
  readonly endsAt?: number;
}

/**
 * Runs the plug-in once (client.authentication.k8s.io). Rejects with GL_CREDENTIAL, which names the
 * plug-in and the first line of what it complained of; never what it answered: that is a secret.
 */
export async function askPlugin(plugin: ExecPlugin, limits: RunLimits): Promise<Issued> {
  try {
    return readAnswer(await runProgram(plugin, limits), plugin);
  } catch (error) {
    limits.signal.throwIfAborted();
    const what = `exec plug-in ${plugin.command}: ${error instanceof Error ? error.message : reasonOf(error)}`;
    throw new GreenlightError("GL_CREDENTIAL", what, error);
  }
}

function readAnswer({ trouble, stdout, stderr }: Ended, { apiVersion }: ExecPlugin): Issued {
  if (trouble !== undefined) throw new Error(`${trouble}: ${firstLine(stderr)}`);
  const answer = answerSchema.safeParse(parsed(stdout));
  if (!answer.success) throw new Error(`its answer is no ExecCredential with a status`);
  const { status } = answer.data;
  if (answer.data.apiVersion !== apiVersion)
    throw new Error(`it answered another apiVersion than ${apiVersion}`);
  const { token, clientCertificateData: cert, clientKeyData: key } = status;
  if ((cert === undefined) !== (key === undefined)) throw new Error("a certificate needs its key");
  if (token === undefined && cert === undefined)
    throw new Error("it answered neither a token nor a client certificate");
  const ends = [
    ...(status.expirationTimestamp === undefined ? [] : [parseRfc3339(status.expirationTimestamp)]),
    ...(cert === undefined || key === undefined ? [] : [endOf(cert, key)]),
  ];
  if (ends.some(Number.isNaN)) throw new Error("its expirationTimestamp is no time");
  const credential = { ...(token !== undefined && { token }), ...(cert && key && { cert, key }) };
  return { credential, ...(ends.length > 0 && { endsAt: Math.min(...ends) }) };
}

function endOf(cert: string, key: string): number {
  try {
    createSecureContext({ cert, key });
    return parseDate(new X509Certificate(cert).validTo);
  } catch (error) {
    throw new Error("its client certificate and key can't be used", { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstLine(stderr: string): string {
  const line = stderr.split(/[\r\n]+/).find((one) => one.trim() !== "");
  return (
    line
      ?.replaceAll(/\p{Cc}/gu, " ")
      .trim()
      .slice(0, MAX_LINE) ?? "it said nothing of it"
  );
}

const MAX_LINE = 200;

const text = z
  .string()
  .nullish()
  .transform((value) => value || undefined);

const answerSchema = z.object({
  apiVersion: z.string(),
  kind: z.literal("ExecCredential"),
  status: z.object({
    token: text,
    clientCertificateData: text,
    clientKeyData: text,
    expirationTimestamp: text,
  }),
});
