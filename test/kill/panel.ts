import type { NotedCall } from "../../src/sandbox/call-log.ts";
import type { HoldState } from "../../src/sandbox/hold.ts";
import type { HoldPlace } from "./call.ts";
import { callJson } from "./json-call.ts";

/** The fault panel of one sandbox. */
export class Panel {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async killBlue(): Promise<void> {
    const json = { kind: "kill", part: "all", cluster: "blue" };
    await callJson(`${this.#url}/faults`, { method: "POST", json });
  }

  /** Its id. */
  async hold(place: HoldPlace, when: "before" | "after"): Promise<string> {
    const json = { ...place, when };
    return (await callJson<HoldState>(`${this.#url}/holds`, { method: "POST", json })).id;
  }

  /** Settles when the call is held; rejects when none was in time. */
  async untilHeld(id: string): Promise<void> {
    const url = `${this.#url}/holds/${id}`;
    const held = await callJson<HoldState>(`${url}?wait=true`, { timeoutMs: HELD_WITHIN_MS }).catch(
      () => callJson<HoldState>(url),
    );
    if (held.state !== "held")
      throw new Error(`no call was held within ${HELD_WITHIN_MS} ms: ${JSON.stringify(held)}`);
  }

  async release(id: string, how: "pass" | "drop"): Promise<void> {
    await callJson(`${this.#url}/holds/${id}?release=${how}`, { method: "DELETE" });
  }

  /** Those that came after that number, of the latest 5,000. */
  async calls(after = 0): Promise<readonly NotedCall[]> {
    const { calls } = await callJson<{ readonly calls: readonly NotedCall[] }>(
      `${this.#url}/calls?after=${after}`,
    );
    return calls;
  }
}

/** On a machine that has other things to do; longer than the panel itself waits. */
const HELD_WITHIN_MS = 65_000;
