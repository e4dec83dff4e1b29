import { z } from "zod";
import type { CallHttp } from "../../adapters/http/http-call.ts";
import { GreenlightError } from "../../domain/errors.ts";

/** The sandbox's fault panel. */
export class Panel {
  readonly #url: string;
  readonly #call: CallHttp;
  readonly #signal: AbortSignal;
  #hold = "";

  constructor(url: string, call: CallHttp, signal: AbortSignal) {
    this.#url = url;
    this.#call = call;
    this.#signal = signal;
  }

  /** Settles when it is in force. */
  async post(path: string, json: object): Promise<void> {
    const { id } = madeSchema.parse(await this.#ask("POST", path, { json }));
    if (path === "/holds" && id !== undefined) this.#hold = id;
  }

  async heal(): Promise<void> {
    await this.#ask("DELETE", "/faults");
  }

  /** Until the latest hold has its call. */
  async untilHeld(): Promise<void> {
    const path = `/holds/${this.#hold}?wait=true`;
    await this.#ask("GET", path, { timeoutMs: HELD_MS });
  }

  /** The held call's connection is closed; its client is gone. */
  async drop(): Promise<void> {
    if (this.#hold !== "") await this.#ask("DELETE", `/holds/${this.#hold}?release=drop`);
    this.#hold = "";
  }

  async #ask(
    method: "GET" | "POST" | "DELETE",
    path: string,
    options: { json?: object; timeoutMs?: number } = {},
  ): Promise<unknown> {
    const call = { method, url: this.#url + path, timeoutMs: TIMEOUT_MS, ...options };
    const { status, body } = await this.#call(call, this.#signal);
    if (status === 200) return JSON.parse(body);
    throw new GreenlightError("GL_REJECTED", `the fault panel: ${method} ${path}: ${body}`);
  }
}

const madeSchema = z.object({ id: z.string().optional() });
const TIMEOUT_MS = 5_000;
const HELD_MS = 20_000;
