import { memberOf, readClients, type SeenClient } from "./cause.ts";
import type { JournalEvent } from "./event.ts";
import { renderInstant } from "./instant.ts";
import type { Json } from "./json.ts";
import type { Missing } from "./missing.ts";

/** What was answered to those that ask by name, as users do: never the word of the users themselves. */
export type ReportedClients = {
  readonly sampling: {
    /** Each vantage asks so often; a change between two answers may lie anywhere between them. */
    readonly intervalMs: number | null;
    readonly timeoutMs: number | null;
    readonly bound: string;
  };
  /** Over all vantages; 0: none saw any. */
  readonly longestOutageMs: number;
  readonly samplesFailed: number;
  readonly vantages: readonly ReportedVantage[];
};

export type ReportedVantage = {
  readonly vantage: string;
  readonly longestOutageMs: number;
  /** At least, where an outage had not ended. */
  readonly samplesFailed: number;
  readonly outages: readonly ReportedOutage[];
  readonly answers: readonly ReportedAnswer[];
};

export type ReportedOutage = {
  readonly from: string;
  /** null: it had not ended when the record did. */
  readonly until: string | null;
  readonly ms: number;
  readonly samplesFailed: number;
};

/** From then on. */
export type ReportedAnswer = {
  readonly at: string;
  readonly address: string;
  /** null: as expected. */
  readonly whyNot: string | null;
};

/** What `cause.clients` says of the time before the opening, and what came after. */
export function reportClients(
  cause: Json,
  events: readonly JournalEvent[],
): ReportedClients | Missing {
  const clients = memberOf(cause, "clients");
  const seen = [...readClients(cause), ...events.flatMap(seenIn)];
  if (seen.length === 0)
    return { notCaptured: "no vantage asked by name while the operation was open" };
  const names = [...new Set(seen.map(({ vantage }) => vantage))].toSorted();
  const endAt = events.at(-1)?.at ?? 0;
  const vantages = names.map((vantage) =>
    reportVantage(
      vantage,
      seen.filter((one) => one.vantage === vantage),
      endAt,
    ),
  );
  const [intervalMs, timeoutMs] = ["intervalMs", "timeoutMs"].map((name) =>
    readNumber(memberOf(clients, name)),
  );
  return {
    sampling: {
      intervalMs: intervalMs ?? null,
      timeoutMs: timeoutMs ?? null,
      bound: boundOf(intervalMs ?? null, timeoutMs ?? null),
    },
    longestOutageMs: Math.max(...vantages.map((one) => one.longestOutageMs)),
    samplesFailed: vantages.reduce((sum, one) => sum + one.samplesFailed, 0),
    vantages,
  };
}

function boundOf(intervalMs: number | null, timeoutMs: number | null): string {
  if (intervalMs === null || timeoutMs === null) return "the sampling interval is not known";
  return `from the first sample that failed to the first good answer after it; each vantage asks every ${intervalMs} ms and waits ${timeoutMs} ms, so an outage may have begun up to ${intervalMs} ms before, and one shorter than ${intervalMs} ms may be unseen`;
}

function reportVantage(
  vantage: string,
  seen: readonly SeenClient[],
  endAt: number,
): ReportedVantage {
  const outages: { from: number; until: number | null; failed: number }[] = [];
  for (const { since, whyNot, failed } of seen) {
    const open = outages.at(-1)?.until === null ? outages.at(-1) : undefined;
    if (open) open.failed += failed;
    if (whyNot === undefined && open) open.until = since;
    if (whyNot !== undefined && !open) outages.push({ from: since, until: null, failed });
  }
  const reported = outages.map(({ from, until, failed }) => ({
    from: renderInstant(from),
    until: until === null ? null : renderInstant(until),
    ms: Math.max(0, (until ?? endAt) - from),
    samplesFailed: Math.max(1, failed),
  }));
  return {
    vantage,
    longestOutageMs: Math.max(0, ...reported.map(({ ms }) => ms)),
    samplesFailed: reported.reduce((sum, one) => sum + one.samplesFailed, 0),
    outages: reported,
    answers: seen.map(({ since, address, whyNot }) => ({
      at: renderInstant(since),
      address,
      whyNot: whyNot ?? null,
    })),
  };
}

function seenIn(event: JournalEvent): readonly SeenClient[] {
  if (event.type !== "clients.observed") return [];
  const { vantage, address, whyNot, since, failed = 0 } = event;
  return [{ vantage, address, since, failed, ...(whyNot !== undefined && { whyNot }) }];
}

function readNumber(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}
