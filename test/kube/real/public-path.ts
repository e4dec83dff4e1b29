import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { findProgram } from "../../servers/restartable.ts";
import { createPart, type Part } from "../part.ts";

export interface PublicPath {
  readonly part: Part;
  /** Whoever comes from there is answered nothing more, or again. */
  cut(localAddress: string): Promise<void>;
  mend(localAddress: string): Promise<void>;
}

/** HAProxy at a cluster's public address, before its shop. */
export function createPublicPath(
  cluster: string,
  {
    host,
    port,
    shopPort,
    directory,
  }: {
    readonly host: string;
    readonly port: number;
    readonly shopPort: number;
    readonly directory: string;
  },
): PublicPath {
  const binary = findProgram("haproxy", "apt-get install -y haproxy");
  const at = (ending: string) => join(directory, `haproxy-${cluster}.${ending}`);
  writeFileSync(at("cut"), "");
  writeFileSync(
    at("cfg"),
    `global
  stats socket ${at("sock")} mode 600 level admin
defaults
  mode http
  timeout connect 300ms
  timeout client 10s
  timeout server 5s
  timeout http-keep-alive 10s
frontend public
  bind ${host}:${port}
  http-request silent-drop if { src -f ${at("cut")} }
  default_backend shop
backend shop
  server shop 127.0.0.1:${shopPort}
`,
  );
  const ask = (line: string) => command(at("sock"), line);
  return {
    part: createPart(binary, ["-db", "-f", at("cfg")], { log: at("log") }),
    cut: (localAddress) => ask(`add acl ${at("cut")} ${localAddress}`),
    mend: (localAddress) => ask(`del acl ${at("cut")} ${localAddress}`),
  };
}

/** Rejects with what it answers, where that is not nothing. */
async function command(socket: string, line: string): Promise<void> {
  const stream = connect(socket);
  stream.end(`${line}\n`);
  let said = "";
  for await (const chunk of stream) said += String(chunk);
  if (said.trim() !== "") throw new Error(`haproxy answered ${line}: ${said}`);
}
