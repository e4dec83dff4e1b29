import { GreenlightError } from "../../domain/errors.ts";
import { claimOf, type Draft, type JournalEvent, LEDGER } from "../../domain/event.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import type { Digest } from "../../engine/ports/digest.ts";
import type { Followed, Journal, OperationHead } from "../../engine/ports/journal.ts";
import { bounded } from "../storage/bounded.ts";
import { ensureSchema } from "../storage/schema.ts";
import type { Sql } from "../storage/sql.ts";
import { Turn } from "../storage/turn.ts";
import type { AppendHow, BaseJournal } from "./base-journal.ts";
import { chained, type Head, NO_HEAD, noteOf } from "./chained.ts";
import { clashOf, isClash, Unfollowed } from "./clash.ts";
import { insertOf, type Kept, TAKE_TURN, warmUp } from "./insert.ts";
import { JOURNAL_SCHEMA } from "./journal-schema.ts";
import { type Lost, noteOfLoss, whatIsGone } from "./lost.ts";
import { bodyOf, eventOf, headOf, positionOf } from "./row.ts";

/**
 * The journal in PostgreSQL: a line of canonical JSON a record, one statement an append. It keeps
 * the ends of the chains in mind and tries again where another process was faster.
 * Never append inside a transaction: what was rolled back would stay in mind.
 */
export class SqlJournal implements BaseJournal {
  readonly #sql: Sql;
  readonly #digest: Digest;
  readonly #clock: Clock;
  readonly #turn = new Turn();
  readonly #heads = new Map<string, Head>();
  readonly #listeners = new Set<(event: JournalEvent) => void>();
  readonly #onLost = new Set<(lost: Lost) => void>();

  private constructor({ sql, digest, clock }: Options) {
    this.#sql = sql;
    this.#digest = digest;
    this.#clock = clock;
  }

  static async open(options: Options): Promise<SqlJournal> {
    const { sql } = options;
    await ensureSchema(sql, JOURNAL_SCHEMA);
    await warmUp(sql);
    await sql.query(LAST, [LEDGER]);
    return new SqlJournal(options);
  }

  async append(draft: Draft, { late: given, after }: AppendHow = {}): Promise<JournalEvent> {
    const bound = { clock: this.#clock, withinMs: APPENDED_WITHIN_MS };
    const turn = (own: AbortSignal) => {
      const late = given ? AbortSignal.any([own, given]) : own;
      return this.#turn.run(() => this.#append(draft, { late, after }));
    };
    const event = await bounded(turn, bound);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /** Tells of each record that this process has appended; returns how to stop it. It must not throw. */
  onAppend(listener: (event: JournalEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells of records that had been kept and are gone; the ledger has noted it. It must not throw. */
  onLost(listener: (lost: Lost) => void): void {
    this.#onLost.add(listener);
  }

  async read(stream: string): Promise<readonly JournalEvent[]> {
    const text = "SELECT body FROM greenlight.event WHERE stream = $1 ORDER BY seq";
    const { rows } = await this.#sql.query(text, [stream]);
    return rows.map(eventOf);
  }

  async last(stream: string): Promise<JournalEvent | undefined> {
    const { rows } = await this.#sql.query(LAST, [stream]);
    return rows[0] && eventOf(rows[0]);
  }

  async follow(position: number, limit: number, stream?: string): Promise<Followed> {
    const { rows } = await this.#sql.query(
      stream === undefined ? FOLLOW : FOLLOW_ONE,
      stream === undefined ? [position, limit] : [position, limit, stream],
    );
    const positions = rows.map(positionOf);
    return { events: rows.map(eventOf), positions, position: positions.at(-1) ?? position };
  }

  async head(): Promise<number> {
    const { rows } = await this.#sql.query(
      "SELECT max(position) AS position FROM greenlight.event",
    );
    return rows.map(positionOf)[0] ?? 0;
  }

  /** As `follow`, but the lines byte for byte as they are kept: for an auditor. */
  async lines(
    position: number,
    limit: number,
  ): Promise<{ readonly lines: readonly string[]; readonly position: number }> {
    const { rows } = await this.#sql.query(FOLLOW, [position, limit]);
    return { lines: rows.map(bodyOf), position: rows.map(positionOf).at(-1) ?? position };
  }

  async openOperations(): Promise<readonly string[]> {
    const text = "SELECT id FROM greenlight.operation WHERE ended_at IS NULL ORDER BY number";
    const { rows } = await this.#sql.query(text, []);
    return rows.map((row) => String(row["id"]));
  }

  async operations({
    application,
    limit,
  }: Parameters<Journal["operations"]>[0]): Promise<readonly OperationHead[]> {
    const where = application === undefined ? "" : "WHERE application = $2";
    const text = `SELECT * FROM greenlight.operation ${where} ORDER BY number DESC LIMIT $1`;
    const values = application === undefined ? [limit] : [limit, application];
    const { rows } = await this.#sql.query(text, values);
    return rows.map(headOf);
  }

  /** The second time no other process is faster: it has the turn before it looks for the end. */
  async #append(draft: Draft, how: Appending): Promise<JournalEvent> {
    how.late.throwIfAborted();
    const inMind = this.#inMind(draft);
    try {
      return await this.#tryAppend(draft, how);
    } catch (error) {
      if (how.after || !isClash(error)) throw whyNot(error, draft);
    }
    try {
      const { lost, event } = await this.#sql.transaction(async (sql) => {
        await sql.query(TAKE_TURN);
        const lost = await whatIsGone(inMind, sql);
        for (const one of lost) await this.#tryAppend(noteOfLoss(one, draft), ANY);
        return { lost, event: await this.#tryAppend(draft, how) };
      });
      for (const one of lost) for (const listener of this.#onLost) listener(one);
      return event;
    } catch (error) {
      this.#heads.clear();
      throw whyNot(error, draft);
    }
  }

  /** The ends that this process goes by, of the streams that the draft is for. */
  #inMind({ stream }: Draft): readonly Lost[] {
    return [stream, LEDGER].flatMap((of) => {
      const head = this.#heads.get(of);
      return head ? [{ of, lost: head.seq, lostHash: head.hash }] : [];
    });
  }

  async #tryAppend(draft: Draft, { late, after }: Appending): Promise<JournalEvent> {
    const kept = chained(draft, after ?? (await this.#headOf(draft.stream)), this.#digest);
    const noted = noteOf(kept.event);
    const note = noted && chained(noted, await this.#headOf(LEDGER), this.#digest);
    late.throwIfAborted();
    try {
      const { text, values } = insertOf(kept, note);
      const { rowCount } = await this.#sql.query(text, values);
      if (rowCount === 0) throw new Unfollowed(`what ${draft.stream} is known to hold is gone`);
    } catch (error) {
      this.#heads.clear();
      throw error;
    }
    this.#remember(kept);
    if (note) this.#remember(note);
    return kept.event;
  }

  async #headOf(stream: string): Promise<Head> {
    const known = this.#heads.get(stream);
    return known ?? (await this.last(stream)) ?? NO_HEAD;
  }

  #remember({ event: { stream, seq, hash } }: Kept): void {
    if (this.#heads.size >= MAX_HEADS) this.#heads.clear();
    this.#heads.set(stream, { seq, hash });
  }
}

interface Options {
  readonly sql: Sql;
  readonly digest: Digest;
  readonly clock: Clock;
}

interface Appending {
  readonly late: AbortSignal;
  readonly after: Head | undefined;
}

function whyNot(error: unknown, draft: Draft): unknown {
  if (clashOf(error) !== "event_claim") return error;
  return new GreenlightError("GL_STEP_CLAIMED", `${claimOf(draft)} of ${draft.stream}`);
}

const LAST = "SELECT body FROM greenlight.event WHERE stream = $1 ORDER BY seq DESC LIMIT 1";
const FOLLOW =
  "SELECT position, body FROM greenlight.event WHERE position > $1 ORDER BY position LIMIT $2";
const FOLLOW_ONE =
  "SELECT position, body FROM greenlight.event WHERE position > $1 AND stream = $3 ORDER BY position LIMIT $2";
const APPENDED_WITHIN_MS = 10_000;
const MAX_HEADS = 1000;
const ANY: Appending = { late: new AbortController().signal, after: undefined };
