import type { z } from "zod";
import type { Metrics } from "../adapters/metrics/metrics.ts";
import type { Control } from "../runtime/control.ts";
import type { Caller, Role } from "../runtime/token.ts";

/** One address and method of the API. There is no way to serve a request beside these. */
export interface Route<Body = unknown, Query = unknown> {
  readonly method: "get" | "post";
  /** As Express has it: `/v1/applications/:name`. */
  readonly path: string;
  /** Who may: each role may look, admin may all. `anyone`: no token is asked for. */
  readonly role: Role | "anyone";
  /** Without one, the body must be empty or `{}`. */
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  answer(call: Call<Body, Query>): Promise<Answer>;
}

export interface Call<Body = unknown, Query = unknown> {
  /** Throws GL_STORAGE_AWAY while it waits for what it answers from. */
  readonly control: Control;
  /** Why it can't do its work now, if so. */
  readonly whyNotReady: () => Promise<string | undefined>;
  readonly metrics: Metrics;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
  readonly header: (name: string) => string | undefined;
  /** Aborts when the client hangs up or the server stops. */
  readonly signal: AbortSignal;
}

export type Answer =
  | { readonly status?: number; readonly json: unknown }
  | {
      readonly text: string;
      readonly type: string;
      readonly status?: never;
      /** A Content-Security-Policy of its own, instead of one that allows nothing. */
      readonly policy?: string;
    }
  | { readonly lines: AsyncIterable<string>; readonly type: string }
  /** 204: there is nothing, and there will be nothing. */
  | { readonly empty: true };

/** Holds a route's body, query and answer to the same types. */
export function route<Body, Query>(own: Route<Body, Query>): Route {
  return own as unknown as Route;
}
