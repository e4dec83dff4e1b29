import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { chained, type Head, NO_HEAD, noteOf } from "../../src/adapters/journal/chained.ts";
import type { Sql } from "../../src/adapters/storage/sql.ts";
import { claimOf, type Draft, type JournalEvent, streamOf } from "../../src/domain/event.ts";
import { storedReport } from "../../src/engine/clerk.ts";
import { PLAN } from "../fakes/operation-story.ts";
import { tellSeenSuccess } from "../fakes/report-story.ts";

interface Line {
  readonly stream: string;
  readonly seq: number;
  readonly claim: string | null;
  readonly body: string;
}

/** Every other one goes back: what is primary can't become it. */
const BACK = { from: PLAN.to, to: PLAN.from };
const APART_MS = 3_600_000;
const BATCH = 100;

/**
 * Fills the tables with operations that moved the application, one an hour, and with what was seen of
 * it in between: as many appends would, but many at once.
 */
export async function growJournal(sql: Sql, operations: number): Promise<number> {
  const heads = new Map<string, Head>();
  let records = 0;
  for (let number = 0; number < operations; number += BATCH) {
    const lines: Line[] = [];
    const rows: object[] = [];
    const reports: object[] = [];
    for (let i = number; i < Math.min(number + BATCH, operations); i += 1) {
      const events = storyOf(i).flatMap((draft) => keep(draft, heads, lines));
      const report = storedReport(
        events.filter(({ stream }) => stream === idOf(i)),
        sha256,
      );
      if (!report) throw new Error("the story has no end");
      rows.push({ ...report, epoch: PLAN.epoch, body: "" });
      reports.push(report);
    }
    await sql.query(EVENTS, [JSON.stringify(lines)]);
    await sql.query(OPERATIONS, [JSON.stringify(rows)]);
    await sql.query(REPORTS, [JSON.stringify(reports)]);
    records += lines.length;
  }
  return records;
}

function idOf(number: number): string {
  return `op-${String(number).padStart(6, "0")}`;
}

/** What was seen of the application, then its move. */
function storyOf(number: number): readonly Draft[] {
  const shiftMs = (number - 6000) * APART_MS;
  const own = tellSeenSuccess().events.map((event): Draft => {
    const { seq: _, previous: __, hash: ___, ...draft } = event;
    const moved = { ...draft, stream: idOf(number), at: draft.at + shiftMs };
    return moved.type === "operation.opened"
      ? { ...moved, plan: { ...moved.plan, id: idOf(number), ...(number % 2 === 1 && BACK) } }
      : moved;
  });
  const at = (own[0]?.at ?? 0) - 10;
  const about = { stream: streamOf(PLAN.application), epoch: 0, at };
  const doubt = { vantage: "east", probe: "front", answer: "refused", firstFailedAt: at } as const;
  const seen: readonly Draft[] = [
    {
      ...about,
      type: "workload.seen",
      cluster: "blue",
      workload: "shop",
      replicas: 1 + (number % 9),
    },
    { ...about, ...doubt, type: "suspicion.raised", cluster: "blue", lastGoodAt: at - 250 },
    { ...about, type: "verdict.reached", cluster: "blue", verdict: "site-loss", evidence: ["x"] },
    {
      ...about,
      type: "decision.made",
      action: "move",
      verdict: "site-loss",
      reasons: [],
      facts: {},
    },
    { ...about, type: "verdict.reached", cluster: "blue", verdict: "healthy", evidence: [] },
    { ...about, type: "suspicion.cleared", cluster: "blue" },
  ];
  return [...seen, ...own];
}

function keep(draft: Draft, heads: Map<string, Head>, lines: Line[]): readonly JournalEvent[] {
  const { event, body } = chained(draft, heads.get(draft.stream) ?? NO_HEAD, sha256);
  heads.set(event.stream, event);
  lines.push({ stream: event.stream, seq: event.seq, claim: claimOf(event) ?? null, body });
  const note = noteOf(event);
  return [event, ...(note ? keep(note, heads, lines) : [])];
}

const EVENTS = `INSERT INTO greenlight.event (stream, seq, claim, body)
  SELECT stream, seq, claim, body FROM json_to_recordset($1::json)
  AS line (stream text, seq bigint, claim text, body text)`;
const OPERATIONS = `INSERT INTO greenlight.operation
  (id, application, kind, epoch, opened_at, ended_at, outcome)
  SELECT operation, application, kind, epoch, "openedAt", "endedAt", outcome
  FROM json_to_recordset($1::json) AS line (operation text, application text, kind text,
  epoch bigint, "openedAt" bigint, "endedAt" bigint, outcome text)`;
const REPORTS = `INSERT INTO greenlight.report (operation, application, kind, opened_at, ended_at,
  outcome, result, recovery_time_ms, data_loss_ms, sha256, body)
  SELECT operation, application, kind, "openedAt", "endedAt", outcome, result, "recoveryTimeMs",
  "dataLossMs", sha256, body FROM json_to_recordset($1::json) AS line (operation text,
  application text, kind text, "openedAt" bigint, "endedAt" bigint, outcome text, result text,
  "recoveryTimeMs" float8, "dataLossMs" float8, sha256 text, body text)`;
