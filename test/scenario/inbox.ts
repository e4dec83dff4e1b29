import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { randomSecret } from "../../src/adapters/chance/random-secret.ts";
import type { Message } from "../../src/engine/ports/notifier.ts";

/** Where Greenlight's webhook leads: what came with a right signature, in order. */
export interface Inbox {
  readonly url: string;
  /** For the config: `whsec_...`. */
  readonly secret: string;
  readonly messages: readonly Message[];
  /** What came with a wrong one. */
  readonly forged: readonly string[];
  close(): Promise<void>;
}

export async function openInbox(): Promise<Inbox> {
  const key = Buffer.from(randomSecret(), "base64url");
  const messages: Message[] = [];
  const forged: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const isSigned = request.headers["webhook-signature"] === signatureOf(key, request, body);
      if (isSigned) messages.push(JSON.parse(body).data);
      else forged.push(body);
      response.writeHead(isSigned ? 204 : 401).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    secret: `whsec_${key.toString("base64")}`,
    messages,
    forged,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** By Standard Webhooks. */
function signatureOf(key: Buffer, { headers }: IncomingMessage, body: string): string {
  const signed = [headers["webhook-id"], headers["webhook-timestamp"], body].join(".");
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}
