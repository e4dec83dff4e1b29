import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomSecret } from "../../src/adapters/chance/random-secret.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createCertificateAuthority } from "../../src/sandbox/kubernetes/certificate-authority.ts";
import { renderKubeconfig } from "../../src/sandbox/kubernetes/kubeconfig.ts";

/** What the parts read; paths, but for what is named otherwise. */
export interface Files {
  /** PEM, and where it is. */
  readonly certificateAuthority: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly serviceAccountKey: string;
  readonly tokenFile: string;
  readonly kubeconfigs: Readonly<Record<User, string>>;
  /** The tokens themselves. */
  readonly tokens: Readonly<Record<User, string>>;
}

type User = keyof typeof USERS;

/** Who the parts are, to the API server, and in which group. */
const USERS = {
  admin: ["admin", "system:masters"],
  controllers: ["system:kube-controller-manager", ""],
  scheduler: ["system:kube-scheduler", ""],
  kubelet: ["kubelet", "system:masters"],
} as const;

export async function writeFiles(
  directory: string,
  { name, host, port }: { readonly name: string; readonly host: string; readonly port: number },
): Promise<Files> {
  const authority = await createCertificateAuthority(new SystemClock());
  const identity = await authority.issue(name, [...new Set([host, "127.0.0.1", "10.96.0.1"])]);
  const keep = async (file: string, text: string) => {
    const path = join(directory, file);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  const users = Object.keys(USERS) as readonly User[];
  const tokens = Object.fromEntries(users.map((user) => [user, randomSecret()]));
  const lines = users.map((user) => [tokens[user], USERS[user][0], user, USERS[user][1]].join(","));
  const certificateAuthority = authority.certificate;
  const server = `https://${host}:${port}`;
  const kubeconfigs = users.map(async (user) => {
    const token = tokens[user] ?? "";
    const text = renderKubeconfig([{ name, server, token, certificateAuthority }]);
    return [user, await keep(`${user}.kubeconfig`, text)] as const;
  });
  return {
    certificateAuthority,
    authority: await keep("ca.pem", certificateAuthority),
    certificate: await keep("api.pem", identity.cert),
    key: await keep("api-key.pem", identity.key),
    serviceAccountKey: await keep("service-account.pem", newKey()),
    tokenFile: await keep("tokens.csv", `${lines.join("\n")}\n`),
    kubeconfigs: Object.fromEntries(await Promise.all(kubeconfigs)) as Record<User, string>,
    tokens: tokens as Record<User, string>,
  };
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}
