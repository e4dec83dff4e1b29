import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SystemClock } from "../../../../src/adapters/clock/system-clock.ts";
import { sha256 } from "../../../../src/adapters/digest/sha256.ts";
import { Spool } from "../../../../src/adapters/journal/spool.ts";
import { SpooledJournal } from "../../../../src/adapters/journal/spooled-journal.ts";
import { whyBroken } from "../../../../src/domain/chain.ts";
import { GreenlightError } from "../../../../src/domain/errors.ts";
import type { Draft } from "../../../../src/domain/event.ts";
import type { OperationPlan } from "../../../../src/domain/plan.ts";
import { MemoryJournal } from "../../../fakes/memory-journal.ts";

/** A journal behind a line that is cut, or that loses answers. */
class Line extends MemoryJournal {
  isCut = false;
  losesAnswers = false;

  override async append(draft: Draft) {
    this.demand();
    const event = await super.append(draft);
    if (this.losesAnswers) throw away();
    return event;
  }

  override async read(stream: string) {
    this.demand();
    return await super.read(stream);
  }

  override async operations(options: { readonly application?: string; readonly limit: number }) {
    this.demand();
    return await super.operations(options);
  }

  override async openOperations() {
    this.demand();
    return await super.openOperations();
  }

  demand(): void {
    if (this.isCut) throw away();
  }
}

const away = () => new GreenlightError("GL_STORAGE_AWAY", "it is cut");
const life = new AbortController();

let directory: string;
let line: Line;
let spools: Spool[];
let told: (string | undefined)[];
let spooled: Draft[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "spooled-"));
  [line, spools, told, spooled] = [new Line(), [], [], []];
});

afterEach(async () => {
  for (const spool of spools) await spool.close();
  await rm(directory, { recursive: true });
});

async function open(of = "one"): Promise<SpooledJournal> {
  const spool = await Spool.open({ directory: join(directory, of), onBroken: () => undefined });
  spools.push(spool);
  return new SpooledJournal(line, {
    clock: new SystemClock(),
    digest: sha256,
    signal: life.signal,
    spool,
    tryToWrite: async () => line.demand(),
    onChange: (why) => told.push(why),
    onSpooled: (draft) => spooled.push(draft),
    onTrouble: (error) => {
      throw error;
    },
  });
}

const PLAN = { id: "op-1", application: "shop", kind: "failover" } as OperationPlan;
const common = { stream: "op-1", epoch: 1 };
const opened: Draft = {
  type: "operation.opened",
  plan: PLAN,
  planHash: "",
  by: "decision",
  reason: "",
  cause: {},
  at: 1,
  ...common,
} as Draft;
const intended = (attempt: number, at = 2): Draft => ({
  type: "step.intended",
  step: "promote",
  attempt,
  deadline: 9,
  at,
  ...common,
});
const reached: Draft = { type: "step.reached", step: "promote", attempt: 1, at: 3, ...common };
const ended: Draft = { type: "operation.ended", outcome: "succeeded", at: 4, ...common };

const types = async (stream = "op-1") =>
  (await line.read(stream)).map(({ type, late }) => `${late ? "late " : ""}${type}`);

test("an operation runs from its opening to its end while the journal is away, and is all there later", async () => {
  const journal = await open();
  expect(await journal.operations({ application: "shop", limit: 1 })).toEqual([]);
  line.isCut = true;
  await journal.append(opened);
  expect(journal.isAway).toBe(true);
  expect(await journal.openOperations()).toEqual(["op-1"]);
  expect(await journal.operations({ application: "shop", limit: 1 })).toMatchObject([
    { id: "op-1" },
  ]);
  const { seq } = await journal.append(intended(1));
  expect(seq).toBe(2);
  for (const draft of [reached, ended]) await journal.append(draft);
  expect((await journal.read("op-1")).map(({ type }) => type)).toHaveLength(4);
  expect(await journal.openOperations()).toEqual([]);
  expect(spooled).toEqual([opened, intended(1), reached, ended]);
  line.isCut = false;
  await journal.replay();
  expect(await types()).toEqual([
    "late operation.opened",
    "late step.intended",
    "late step.reached",
    "late operation.ended",
  ]);
  expect(told).toEqual([expect.stringContaining("it is cut"), undefined]);
  expect(journal.isAway).toBe(false);
  const all = [...(await line.read("op-1")), ...(await line.read("ledger"))];
  expect(whyBroken(all, sha256)).toEqual([]);
});

test("one that began before goes on with what was read of it", async () => {
  const journal = await open();
  await journal.append(opened);
  line.isCut = true;
  await journal.append(intended(1));
  expect(await journal.read("op-1")).toHaveLength(2);
  await expect(journal.append(intended(1))).rejects.toMatchObject({ code: "GL_STEP_CLAIMED" });
});

test("nobody lays claim in a stream that this process does not know", async () => {
  const journal = await open();
  line.isCut = true;
  await expect(journal.append(intended(1))).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
  await expect(journal.read("op-1")).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
  await expect(journal.operations({ limit: 1 })).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
});

test("what was kept though its answer was lost is there once", async () => {
  const journal = await open();
  line.losesAnswers = true;
  await journal.append(opened);
  line.losesAnswers = false;
  await journal.append(reached);
  await journal.replay();
  expect(await types()).toEqual(["operation.opened", "late step.reached"]);
});

test("what a killed process left is replayed by the next, once, also where that one died in it", async () => {
  const first = await open();
  await first.append(opened);
  line.isCut = true;
  await first.append(intended(1));
  await first.append(reached);
  await spools.pop()?.close();
  line.isCut = false;
  await line.append({ ...intended(1), late: true });
  const next = await open();
  expect(next.isAway).toBe(true);
  await next.replay();
  expect(await types()).toEqual(["operation.opened", "late step.intended", "late step.reached"]);
});

test("what another laid claim to meanwhile is written down all the same, and claims nothing", async () => {
  const journal = await open();
  await journal.append(opened);
  line.isCut = true;
  await journal.append(intended(1, 5));
  line.isCut = false;
  await line.append(intended(1, 4));
  await journal.replay();
  expect(await types()).toEqual(["operation.opened", "step.intended", "late late.refused"]);
  expect((await line.read("op-1")).at(-1)).toMatchObject({
    claim: "step.intended 1 promote",
    fact: intended(1, 5),
  });
});
