import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { request } from "undici";
import { eventually } from "../fakes/until.ts";

export interface Moto {
  readonly url: string;
  /** A new public zone; its id. */
  createZone(name: string): Promise<string>;
  close(): Promise<void>;
}

/** `moto_server` on a free loopback port. Rejects with one line where it is not installed. */
export async function startMoto(): Promise<Moto> {
  const port = await findPort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  server.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  const failed = new Promise<never>((_, reject) => {
    server.once("error", () => reject(new Error(MISSING)));
    server.once("exit", () => reject(new Error(`moto_server ended. ${MISSING}\n${said}`)));
  });
  failed.catch(() => undefined);
  const answers = () =>
    request(`${url}/moto-api/`).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return statusCode === 200;
      },
      () => false,
    );
  await Promise.race([failed, eventually(answers, { withinMs: 30_000, everyMs: 100 })]);
  let zones = 0;
  return {
    url,
    createZone: async (name) => {
      zones += 1;
      const { headers, body } = await request(`${url}/2013-04-01/hostedzone`, {
        method: "POST",
        headers: { authorization: AUTHORIZATION, "content-type": "application/xml" },
        body: `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${name}</Name><CallerReference>${zones}</CallerReference></CreateHostedZoneRequest>`,
      });
      await body.dump();
      return String(headers["location"]).split("/").at(-1) ?? "";
    },
    close: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, "exit");
      server.kill();
      await ended;
    },
  };
}

async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const MISSING = "moto_server is not there or does not run: pip install 'moto[server]'";
/** It looks at the service's name in it, and at nothing else. */
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=AKIAMOTO/20260101/us-east-1/route53/aws4_request, SignedHeaders=host, Signature=0";
