import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TYPE } from "../../src/adapters/dns-message/message.ts";
import { TSIG_ALGORITHMS, type TsigKey } from "../../src/adapters/dns-message/tsig.ts";
import { createTestClient, ZONE } from "../fakes/dns-test-client.ts";
import { eventually } from "../fakes/until.ts";

/** One key for each algorithm; all may update. */
export const NAMED_KEYS: readonly TsigKey[] = TSIG_ALGORITHMS.map((algorithm) => ({
  name: `key-${algorithm}`,
  algorithm,
  secret: Buffer.from(`the secret of ${algorithm}`),
}));

/** BIND with one zone in a scratch directory: its primary, or a secondary of `primaryPort`. */
export async function startNamed(
  binary: string,
  ports: { readonly port: number; readonly primaryPort?: number; readonly secondaryPort?: number },
) {
  const directory = mkdtempSync(join(tmpdir(), "named-"));
  const file = join(directory, "named.conf");
  writeFileSync(file, configOf(directory, ports));
  writeFileSync(join(directory, "keys.conf"), NAMED_KEYS.map(renderKey).join("\n"));
  if (ports.primaryPort === undefined) writeFileSync(join(directory, "zone"), ZONE_FILE);
  const server = spawn(binary, ["-g", "-c", file], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  server.stderr.on("data", (text) => {
    log += text;
  });
  const text = `127.0.0.1:${ports.port}`;
  const { ask } = createTestClient();
  const answers = async () => {
    if (server.exitCode !== null) throw new Error(`named ended:\n${log}`);
    return await ask(text, ZONE, TYPE.soa).then(
      (records) => records.length > 0,
      () => false,
    );
  };
  await eventually(answers, { withinMs: 10_000 });
  return {
    text,
    port: ports.port,
    stop: async () => {
      await stop(server);
      rmSync(directory, { recursive: true });
    },
  };
}

function renderKey({ name, algorithm, secret }: TsigKey): string {
  return `key "${name}" { algorithm ${algorithm}; secret "${secret.toString("base64")}"; };`;
}

const ZONE_FILE = `$TTL 3600
@ 1 IN SOA ns.${ZONE}. hostmaster.${ZONE}. 1 60 10 3600 1
@ IN NS ns.${ZONE}.
ns IN A 127.0.0.1
`;

function configOf(
  directory: string,
  { port, primaryPort, secondaryPort }: Parameters<typeof startNamed>[1],
): string {
  const keys = NAMED_KEYS.map(({ name }) => `key "${name}";`).join(" ");
  const also = secondaryPort ? `also-notify { 127.0.0.1 port ${secondaryPort}; };` : "";
  const zone = primaryPort
    ? `type secondary; primaries { 127.0.0.1 port ${primaryPort}; }; allow-notify { any; };`
    : `type primary; allow-update { ${keys} }; notify explicit; notify-delay 0; ${also}`;
  return `include "${join(directory, "keys.conf")}";
options {
  directory "${directory}"; pid-file none; session-keyfile none; recursion no;
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no;
};
controls {};
zone "${ZONE}" { file "zone"; ${zone} };
`;
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
}
