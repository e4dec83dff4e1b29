import { z } from "zod";
import { LAYERS } from "../../domain/observation.ts";
import type { Signal } from "../../engine/ports/bus.ts";
import { MAX_TEXT_BYTES } from "./carrier.ts";

/** A signal under way, and the id by which one that comes twice is known. */
export interface Sent {
  readonly id: string;
  readonly signal: Signal;
}

/** Undefined: it is too large to be sent. */
export function writeSignal(sent: Sent): string | undefined {
  const text = JSON.stringify(sent);
  return Buffer.byteLength(text) > MAX_TEXT_BYTES ? undefined : text;
}

/** Undefined: it is none of ours, whatever it is. */
export function readSignal(text: string): Sent | undefined {
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) return undefined;
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

const sent = z.strictObject({ id: z.string().min(1).max(100), signal });
