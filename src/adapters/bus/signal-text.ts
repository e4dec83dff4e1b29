import { z } from "zod";
import { LAYERS } from "../../domain/observation.ts";
import type { Signal } from "../../engine/ports/bus.ts";
import type { Numbered } from "./heard-numbers.ts";

/** A signal under way: whose it is, which of theirs, and when it was sent: wall clock, in ms. */
export interface Sent extends Numbered {
  readonly at: number;
  readonly signal: Signal;
}

export function writeSignal(sent: Sent): string {
  return JSON.stringify(sent);
}

/** Undefined: it is none that we know, as a newer process may have. */
export function readSignal(text: string): Sent | undefined {
  try {
    const read = sent.safeParse(JSON.parse(text));
    return read.success ? (read.data as Sent) : undefined;
  } catch {
    return undefined;
  }
}

const name = z.string().min(1).max(300);
const forPeople = z.string().max(1000);
/** In ms. Infinity and NaN are no numbers of JSON, nor of ours. */
const ms = z.number().nonnegative().max(Number.MAX_SAFE_INTEGER);

const observation = z.strictObject({
  at: ms,
  application: name,
  cluster: name,
  layer: z.enum(LAYERS),
  probe: name,
  vantage: name,
  answer: z.enum(["ok", "unready", "refused", "reset", "timeout", "unknown"]),
  latencyMs: ms,
  detail: forPeople.optional(),
});

const state = z.strictObject({
  at: ms,
  vantage: name,
  failureDomain: name,
  whyNotFit: forPeople.optional(),
});

/** Who was asked may be nobody. */
const address = z.string().max(300);
/** As many as a gate may want. */
const MAX_VISITS = 100;

const visiting = z.strictObject({
  application: name,
  address: address.min(1).optional(),
  times: z.int().min(1).max(MAX_VISITS),
});

const visit = z.strictObject({ address, whyNot: forPeople.optional() });

const signal = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("observation"), observation }),
  z.strictObject({ type: z.literal("vantage"), state }),
  z.strictObject({ type: z.literal("hint"), application: name, cluster: name }),
  z.strictObject({ type: z.literal("roll"), asker: name }),
  z.strictObject({ type: z.literal("present"), asker: name, vantage: name }),
  z.strictObject({ type: z.literal("visit"), id: name, vantage: name, visiting }),
  z.strictObject({
    type: z.literal("visited"),
    id: name,
    vantage: name,
    visits: z.array(visit).min(1).max(MAX_VISITS),
  }),
]);

const sent = z.strictObject({
  sender: z.string().min(1).max(200),
  number: z.int().min(1),
  at: ms,
  signal,
});
