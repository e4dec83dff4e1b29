import { connect, type Socket } from "node:net";

/** One event of a stream, as its lines said it. */
export interface RawEvent {
  readonly id: number;
  readonly data: { readonly stream: string; readonly seq: number; readonly type: string };
}

/** A client of server-sent events that speaks HTTP/1.1 by hand, and can stop reading, or vanish. */
export class RawStream {
  readonly #socket: Socket;
  #text = "";
  isClosed = false;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    const { hostname, port, pathname, search } = new URL(url);
    this.#socket = connect({ host: hostname, port: Number(port) });
    this.#socket.setEncoding("utf8");
    this.#socket.on("data", (part: string) => {
      this.#text += part;
    });
    this.#socket
      .on("error", () => undefined)
      .on("close", () => {
        this.isClosed = true;
      });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: x\r\n${lines.join("")}\r\n`);
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(this.#text)?.[1] ?? 0);
  }

  get head(): string {
    return this.#text.split("\r\n\r\n")[0] ?? "";
  }

  /** Without the sizes of its chunks. */
  get body(): string {
    const chunks = this.#text.split("\r\n\r\n").slice(1).join("\r\n\r\n");
    return chunks.replace(/(^|\r\n)[0-9a-f]+\r\n/g, "");
  }

  get comments(): number {
    return this.body.match(/^:/gm)?.length ?? 0;
  }

  /** Those that came whole. */
  get events(): readonly RawEvent[] {
    return [...this.body.matchAll(/^id: (\d+)\ndata: (.*)\n\n/gm)].map(([, id, data]) => ({
      id: Number(id),
      data: JSON.parse(data ?? ""),
    }));
  }

  /** Reads nothing from now on; what is on its way stays there. */
  stall(): void {
    this.#socket.pause();
  }

  read(): void {
    this.#socket.resume();
  }

  cut(): void {
    this.#socket.resetAndDestroy();
  }
}
