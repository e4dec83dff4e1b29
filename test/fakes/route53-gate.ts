import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { request as ask } from "undici";
import { LossyGate } from "./lossy-gate.ts";

/** Stands before a Route 53 API; an answer that is lost resets its connection. */
export class Route53Gate extends LossyGate {
  /** The paths of all calls, in order. */
  readonly calls: string[] = [];
  #server = createServer((incoming, response) => {
    this.#pass(incoming, response).catch(() => response.destroy());
  });
  #target = "";

  /** Where it is to be asked. */
  async open(target: string): Promise<string> {
    this.#target = target;
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "/", headers } = incoming;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const verb = method === "POST" ? "write" : "read";
    this.calls.push(`${method} ${url}`);
    if ((await this.onCall(verb)) === "lost") return;
    if (verb === "write") this.writes += 1;
    const { authorization = "" } = headers;
    const answer = await ask(this.#target + url, {
      method: verb === "write" ? "POST" : "GET",
      headers: { authorization, "content-type": headers["content-type"] ?? "" },
      body: verb === "write" ? Buffer.concat(chunks) : null,
    });
    const body = await answer.body.text();
    if (this.onDone(verb) === "lost") {
      response.socket?.resetAndDestroy();
      return;
    }
    response.writeHead(answer.statusCode, { "content-type": "text/xml" });
    response.end(body);
  }
}
