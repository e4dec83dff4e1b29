import { z } from "zod";
import { PARTS, type Place } from "./faults.ts";

/** One call as the outermost layer sees it. */
export interface Call extends Place {
  /** The HTTP method; of a DNS message `query` or `update`. */
  readonly verb: string;
  /** The request's path with its query; of a DNS message the name of its question or zone. */
  readonly path: string;
  /** Its source address. */
  readonly from: string;
}

export const holdSchema = z
  .strictObject({
    part: z.enum(PARTS),
    cluster: z.string().optional(),
    verb: z.string().min(1).optional(),
    /** What the path begins with. */
    path: z.string().optional(),
    /** Or a regular expression that it matches. */
    pattern: z.string().max(500).optional(),
    from: z.ipv4().optional(),
    /** Before it takes effect, or after that and before its answer leaves. */
    when: z.enum(["before", "after"]),
    /** So many matching calls pass first. */
    skip: z.int().min(0).default(0),
  })
  .refine(({ pattern }) => pattern === undefined || whyNotPattern(pattern) === undefined, {
    path: ["pattern"],
    message: "is no regular expression",
  });

export type HoldRequest = z.output<typeof holdSchema>;

/** pass: it goes on as if nothing had been. drop: its connection is closed without an answer. */
export type Release = "pass" | "drop";

export interface HoldState {
  readonly id: string;
  readonly request: HoldRequest;
  readonly state: "waiting" | "held" | "released";
  /** The call that it holds, or held. */
  readonly call?: Call;
  /** The client of that call gave up, or died: then `pass` drops, too. */
  readonly isClientGone: boolean;
}

/** One hold. It holds one call in its life. */
export class Hold {
  readonly id: string;
  readonly #request: HoldRequest;
  #toSkip: number;
  #call: Call | undefined;
  #isClientGone = false;
  #state: HoldState["state"] = "waiting";
  readonly #held = createLatch<void>();
  readonly #released = createLatch<Release>();

  constructor(id: string, request: HoldRequest) {
    this.id = id;
    this.#request = request;
    this.#toSkip = request.skip;
  }

  state(): HoldState {
    return {
      id: this.id,
      request: this.#request,
      state: this.#state,
      ...(this.#call && { call: this.#call }),
      isClientGone: this.#isClientGone,
    };
  }

  claim(call: Call, when: HoldRequest["when"]): boolean {
    if (this.#call !== undefined || this.#state !== "waiting") return false;
    if (this.#request.when !== when || !matches(this.#request, call)) return false;
    this.#toSkip -= 1;
    if (this.#toSkip >= 0) return false;
    this.#call = call;
    return true;
  }

  /** Holds the call that claimed it, until it is released. A client that is gone gets nothing. */
  async hold(gone: AbortSignal): Promise<Release> {
    const leave = () => {
      this.#isClientGone = true;
    };
    gone.addEventListener("abort", leave, { once: true });
    if (gone.aborted) leave();
    if (this.#state === "waiting") this.#state = "held";
    this.#held.open();
    const release = await this.#released.passed;
    gone.removeEventListener("abort", leave);
    return gone.aborted ? "drop" : release;
  }

  release(release: Release): void {
    this.#state = "released";
    this.#held.open();
    this.#released.open(release);
  }

  async untilHeld(signal: AbortSignal): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    await Promise.race([this.#held.passed, ended]);
  }
}

function matches(request: HoldRequest, call: Call): boolean {
  if (request.part !== call.part) return false;
  if (request.cluster !== undefined && request.cluster !== call.cluster) return false;
  if (request.verb !== undefined && request.verb !== call.verb) return false;
  if (request.from !== undefined && request.from !== call.from) return false;
  if (request.path !== undefined && !call.path.startsWith(request.path)) return false;
  return request.pattern === undefined || new RegExp(request.pattern).test(call.path);
}

function whyNotPattern(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** A promise and what settles it. */
function createLatch<T>(): { readonly passed: Promise<T>; readonly open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const passed = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
