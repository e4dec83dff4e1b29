import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "undici";
import { createChance } from "../../src/adapters/chance/system-chance.ts";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createCallHttp } from "../../src/adapters/http/http-call.ts";
import { createClient } from "../../src/cli/client.ts";
import { type Answer, lostWrites } from "../../src/cli/demo/answer.ts";
import { startCrowd } from "../../src/cli/demo/crowd.ts";
import { untilReady } from "../../src/cli/demo/ready.ts";
import { readOrders } from "../../src/cli/demo/store-entries.ts";
import { World } from "../../src/cli/demo/world.ts";
import { codeOf } from "../../src/domain/errors.ts";
import type { Accepted } from "../../src/runtime/control/opening.ts";
import type { OperationDetail } from "../../src/runtime/operation-detail.ts";

/** What clients saw of planned moves, one after the other in one world, under their requests. */
export interface ToAndFro {
  readonly moves: readonly Move[];
  /** For so long the clients asked. */
  readonly lastedMs: number;
  readonly asked: number;
  readonly failed: number;
  readonly writesAcknowledged: number;
  readonly writesLost: number;
}

export interface Move {
  readonly to: string;
  readonly outcome: string;
  /** From its opening to its end. */
  readonly durationMs: number;
  /** The longest time that a client waited for a correct answer that it asked for while it ran. */
  readonly longestWaitMs: number;
}

/** Moves the shop so often, to the other cluster each time, while clients ask 50 times a second. */
export async function moveToAndFro(count: number): Promise<ToAndFro> {
  const clock = new SystemClock();
  const signal = clock.timeout(LIMIT_MS + count * MOVE_LIMIT_MS);
  const directory = await mkdtemp(join(tmpdir(), "greenlight-moves-"));
  const world = await World.start(directory, { clock, signal });
  const agent = new Agent();
  try {
    await untilReady(world);
    const answers: Answer[] = [];
    const startedMs = clock.monotonicMs();
    let lastedMs = 0;
    const crowd = startCrowd(world.file, { clock, onAnswer: (answer) => answers.push(answer) });
    const moved: Moved[] = [];
    let primary: string;
    try {
      await clock.sleep(CALM_MS, signal);
      for (let number = 0; number < count; number += 1)
        moved.push(await moveOnce(world, { clock, signal }));
      await clock.sleep(TAIL_MS, signal);
      primary = moved.at(-1)?.to ?? "blue";
    } finally {
      lastedMs = clock.monotonicMs() - startedMs;
      await crowd.stop();
    }
    const { store } = world.file;
    const call = createCallHttp(agent, clock);
    const kept = await readOrders(primary === "green" ? store.green : store.blue, call, signal);
    return {
      moves: moved.map((one) => seenBy(answers, one)),
      lastedMs,
      asked: answers.length,
      failed: answers.filter(({ cluster }) => cluster === undefined).length,
      writesAcknowledged: answers.filter(({ write }) => write !== undefined).length,
      writesLost: lostWrites(answers, kept),
    };
  } finally {
    await Promise.all([world.stop(), agent.destroy()]);
    await rm(directory, { recursive: true, force: true });
  }
}

interface Tools {
  readonly clock: SystemClock;
  readonly signal: AbortSignal;
}

interface Moved extends Omit<Move, "longestWaitMs"> {
  readonly openedAt: number;
}

async function moveOnce(world: World, { clock, signal }: Tools): Promise<Moved> {
  const id = await untilAccepted(world, { clock, signal });
  const { plan, state: outcome, openedAt } = await untilOver(world, id, { clock, signal });
  return { to: plan.to, outcome, openedAt, durationMs: clock.wallMs() - openedAt };
}

function seenBy(answers: readonly Answer[], { openedAt, ...move }: Moved): Move {
  const during = answers.filter(
    ({ askedAt }) => askedAt >= openedAt && askedAt <= openedAt + move.durationMs,
  );
  const good = during.filter(({ cluster }) => cluster !== undefined);
  const waits = good.map(({ askedAt, answeredAt }) => answeredAt - askedAt);
  return { ...move, longestWaitMs: Math.max(0, ...waits) };
}

/** A side that was left just now has to be well for a while before it is gone back to. */
async function untilAccepted(world: World, { clock, signal }: Tools): Promise<string> {
  for (;;) {
    try {
      const wanted = { application: "shop", kind: "switchover", reason: "to and fro" };
      const key = { "idempotency-key": createChance(clock).id() };
      const { operation, expiresAt } = await world.client.post<Accepted>(
        "/v1/operations",
        wanted,
        key,
      );
      // The way home takes a second person.
      if (expiresAt !== undefined) await approve(world, operation, clock);
      return operation;
    } catch (error) {
      if (codeOf(error) !== "GL_REFUSED" && codeOf(error) !== "GL_LEASE_HELD") throw error;
      await clock.sleep(AGAIN_MS, signal);
    }
  }
}

async function approve(world: World, operation: string, clock: SystemClock): Promise<void> {
  const { url, approverTokenFile } = world.file;
  const token = (await readFile(approverTokenFile, "utf8")).trim();
  await createClient({ url, token }, clock).post(`/v1/operations/${operation}/approve`);
}

async function untilOver(world: World, id: string, { clock, signal }: Tools) {
  for (;;) {
    const detail = await world.client.get<OperationDetail>(`/v1/operations/${id}`);
    if (detail.state !== "running") return detail;
    await clock.sleep(POLL_MS, signal);
  }
}

const CALM_MS = 1_500;
/** For resolvers that keep the old answer. */
const TAIL_MS = 1_100;
const AGAIN_MS = 250;
const POLL_MS = 30;
const LIMIT_MS = 60_000;
const MOVE_LIMIT_MS = 15_000;
