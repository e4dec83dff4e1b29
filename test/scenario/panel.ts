import { eventually } from "../fakes/until.ts";
import { askJson } from "./http-json.ts";

export interface Held {
  readonly id: string;
  /** Until a call is held. */
  held(): Promise<void>;
  release(how?: "pass" | "drop"): Promise<void>;
}

/** The sandbox's faults. */
export class Panel {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async #ask(method: "GET" | "POST" | "DELETE", path: string, body?: unknown) {
    const { status, json } = await askJson(this.#url + path, { method, body });
    if (status !== 200) throw new Error(`the panel answered ${status}: ${JSON.stringify(json)}`);
    return json;
  }

  /** Its id. */
  async fault(fault: {
    readonly part: string;
    readonly cluster?: string;
    readonly kind: string;
    readonly from?: readonly string[] | "all";
    readonly fraction?: number;
    readonly ms?: number;
  }): Promise<string> {
    return (await this.#ask("POST", "/faults", fault)).id;
  }

  async kill(cluster: string, part = "all"): Promise<string> {
    return await this.fault({ part, cluster, kind: "kill" });
  }

  /** One fault, or all. */
  async heal(id?: string): Promise<void> {
    await this.#ask("DELETE", id === undefined ? "/faults" : `/faults/${id}`);
  }

  async hold(hold: {
    readonly part: string;
    readonly cluster?: string;
    readonly verb?: string;
    readonly path?: string;
    readonly from?: string;
    readonly when: "before" | "after";
  }): Promise<Held> {
    const { id } = await this.#ask("POST", "/holds", hold);
    return {
      id,
      held: () =>
        eventually(async () => (await this.#ask("GET", `/holds/${id}`)).state === "held", {
          withinMs: 15_000,
          everyMs: 10,
        }),
      release: (how = "pass") => this.#ask("DELETE", `/holds/${id}?release=${how}`),
    };
  }

  async store(change: {
    readonly cluster: string;
    readonly lagMs?: number;
    readonly heartbeat?: "silent" | "on";
  }): Promise<void> {
    await this.#ask("POST", "/store", change);
  }

  async startupDelay(cluster: string, startupDelayMs: number): Promise<void> {
    await this.#ask("POST", "/workload", { cluster, startupDelayMs });
  }

  /** Until so many more calls of the part came in: whoever asks has been round several times. */
  async calls(count: number, call: { readonly part: string; readonly cluster?: string }) {
    const isMeant = ({ part, cluster }: { part: string; cluster?: string }) =>
      part === call.part && cluster === call.cluster;
    const { calls } = await this.#ask("GET", "/calls");
    const last = calls.at(-1)?.number ?? 0;
    await eventually(
      async () =>
        (await this.#ask("GET", `/calls?after=${last}`)).calls.filter(isMeant).length >= count,
      { withinMs: 20_000, everyMs: 100 },
    );
  }
}
