import { z } from "zod";
import type { DataStatus } from "../../domain/data-status.ts";
import { GreenlightError } from "../../domain/errors.ts";

/** When the question left and when its answer was there; our wall clock, in ms since 1970. */
export interface AskedWithin {
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** What the driver itself has against it, beside what is wrong with what was said. */
interface Judgement extends AskedWithin {
  /** They make the confidence `unknown`. */
  readonly doubts?: readonly string[];
  /** For people. */
  readonly notes?: readonly string[];
}

/**
 * Judges what a store says of itself, in the fields of runbooks/data-http.md.
 *
 * Who it is (role, epoch, sequence) must be readable, else it throws GL_RECORD_UNREADABLE.
 * What it says of its data may be missing or wrong: each such thing is a reason, makes the
 * confidence `unknown`, and is never replaced by a value that looks good.
 */
export function judgeStatus(status: unknown, within: Judgement): DataStatus {
  const said = identity.safeParse(status);
  if (!said.success)
    throw new GreenlightError("GL_RECORD_UNREADABLE", `status: ${z.prettifyError(said.error)}`);
  const { role, epoch, sequence, engine } = said.data;
  const doubts = [...(within.doubts ?? [])];
  const data = readData(said.data, { ...within, doubts });
  const isStandby = role === "standby";
  if (isStandby) doubts.push(...whyNotSilent(data));
  const link = isStandby ? data.linkUp : null;
  const notes = [...(within.notes ?? [])];
  if (isStandby) notes.push(link === true ? "only the standby was asked" : LINK_DOWN);
  const { writes } = said.data;
  // Nothing is decided by it: a wrong one is said, and casts no doubt on the rest.
  if (writes !== undefined && !isWholeNumber(writes)) notes.push(`writes is ${describe(writes)}`);
  const confidence = doubts.length > 0 ? "unknown" : isStandby ? "estimated" : "proven";
  return {
    epoch,
    sequence,
    engine,
    role,
    linkUp: link,
    position: data.position ?? 0,
    ...(isWholeNumber(writes) && { writes }),
    // The lag of a link that is down is the lag of its last moment: no news is not good news.
    lagMs: link === true ? data.lagMs : null,
    heartbeatAt: data.heartbeatAt,
    observedAt: data.now ?? within.answeredAt,
    confidence,
    reasons: [...doubts, ...notes],
  };
}

interface DataSaid {
  readonly position: number | null;
  readonly linkUp: boolean | null;
  readonly contactAt: number | null;
  readonly lagMs: number | null;
  readonly heartbeatAt: number | null;
  readonly now: number | null;
}

function readData(
  said: z.infer<typeof identity>,
  { askedAt, answeredAt, doubts }: AskedWithin & { readonly doubts: string[] },
): DataSaid {
  const isStandby = said.role === "standby";
  const take = (name: string, value: unknown, isNeeded: boolean): number | null => {
    if (isWholeNumber(value)) return value;
    if (isNeeded || value !== null) doubts.push(`${name} is ${describe(value)}`);
    return null;
  };
  const instant = (name: string, value: unknown, isNeeded: boolean): number | null => {
    const at = take(name, value, isNeeded);
    if (at === null || at <= answeredAt + MAX_CLOCK_OFFSET_MS) return at;
    doubts.push(`${name} is ${at - answeredAt} ms in the future`);
    return null;
  };
  if (isStandby && typeof said.linkUp !== "boolean")
    doubts.push(`linkUp is ${describe(said.linkUp)}`);
  const now = instant("now", said.now, true);
  if (now !== null && now < askedAt - MAX_CLOCK_OFFSET_MS)
    doubts.push(`its clock is ${askedAt - now} ms behind ours`);
  return {
    position: take("position", said.position, true),
    linkUp: typeof said.linkUp === "boolean" ? said.linkUp : null,
    contactAt: isStandby ? instant("contactAt", said.contactAt, true) : null,
    lagMs: isStandby ? take("lagMs", said.lagMs, said.linkUp === true) : null,
    heartbeatAt: instant("heartbeatAt", said.heartbeatAt, isStandby),
    now,
  };
}

/** A heartbeat that is older than the lag explains stopped before the link did: it bounds nothing. */
function* whyNotSilent({ contactAt, heartbeatAt, lagMs }: DataSaid) {
  if (contactAt === null || heartbeatAt === null) return;
  const ageMs = contactAt - heartbeatAt;
  if (ageMs > (lagMs ?? 0) + MAX_HEARTBEAT_GAP_MS)
    yield `the heartbeat is silent: ${ageMs} ms old at the last contact, with a lag of ${lagMs} ms`;
}

const identity = z.object({
  role: z.enum(["primary", "standby", "fenced"]),
  epoch: z.int().nonnegative(),
  sequence: z.int().nonnegative(),
  engine: z.string().max(100).catch("unnamed"),
  position: z.unknown().optional(),
  linkUp: z.unknown().optional(),
  contactAt: z.unknown().optional(),
  lagMs: z.unknown().optional(),
  writes: z.unknown().optional(),
  heartbeatAt: z.unknown().optional(),
  now: z.unknown().optional(),
});

const LINK_DOWN = "the replication link is down";

/** Between the store's clock and ours. The bound of what is lost mixes the two. */
const MAX_CLOCK_OFFSET_MS = 500;

/** Heartbeats come at least once a second. */
const MAX_HEARTBEAT_GAP_MS = 2_000;

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  return typeof value === "number" ? String(value) : JSON.stringify(value).slice(0, 40);
}
