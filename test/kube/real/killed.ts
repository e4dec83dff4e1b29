import { expect } from "@jest/globals";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { eventually } from "../../fakes/until.ts";
import type { JournalServer } from "../../servers/postgres-server.ts";
import { lostIn } from "./clients.ts";
import { movedTo } from "./moved.ts";
import { tell } from "./tell.ts";
import type { World } from "./world.ts";

/**
 * Blue dies, and in each step the worker that runs it: when it has claimed the step and did its work,
 * and before the journal has the result. The fences of a blue that is dead fail before they have an
 * intent: there is nothing of theirs to be in the middle of.
 */
export async function killedInEachStep(world: World): Promise<void> {
  const { operator, blue, journal } = world;
  const clients = world.ask();
  await clients.served("blue");
  await holdResults(journal);
  await blue.kill();
  const id = await operator.opened("failover");
  const killedIn: string[] = [];
  await eventually(async () => {
    for (const { step, pid } of await heldResults(journal)) {
      if (!(await world.killWhoRuns(step, 1))) throw new Error(`nobody says to run ${step}`);
      await journal.ask(`select pg_terminate_backend(${pid})`);
      killedIn.push(step);
    }
    return (await operator.operation(id)).state !== "running";
  }, LONG);
  const { plan, events } = await operator.reached(id, "succeeded");
  await clients.served("green");
  await clients.stop();
  await movedTo(world, "green", id);
  const meant = plan.steps.filter(({ owes }) => owes === undefined).map((step) => step.id);
  expect(killedIn.toSorted()).toEqual(meant.toSorted());
  for (const step of meant) expect([step, resultsOf(events, step)]).toEqual([step, CUT_OFF]);
  const fences = plan.steps.filter(({ owes }) => owes !== undefined).map((step) => step.id);
  expect(
    events.flatMap((one) => (isIntent(one) && fences.includes(one.step) ? [one] : [])),
  ).toEqual([]);
  expect(await operator.operations()).toHaveLength(1);
  const lost = await lostIn(world.green.store, clients.answers);
  const { longestOutageMs } = clients.tally();
  tell("killed in", { steps: killedIn, lost: lost.length, longestOutageMs });
}

/** The first attempt has none, and the last one reached it. */
const CUT_OFF = [[1], "step.reached"];

/** Which attempts have an intent and nothing after it, and how the last one ended. */
function resultsOf(events: readonly JournalEvent[], step: string): unknown {
  const own = events.flatMap((event) => ("step" in event && event.step === step ? [event] : []));
  const attempts = own.filter(isIntent).map(({ attempt }) => attempt);
  const isOver = (attempt: number) =>
    own.some(
      (event) => OVER.includes(event.type) && "attempt" in event && event.attempt === attempt,
    );
  return [attempts.filter((attempt) => !isOver(attempt)), own.at(-1)?.type];
}

function isIntent(event: JournalEvent): event is Extract<JournalEvent, { type: "step.intended" }> {
  return event.type === "step.intended";
}

const OVER: readonly string[] = ["step.reached", "step.failed"];

/** From now on the journal takes no first attempt's result, until who brings it is cut off. */
async function holdResults(journal: JournalServer): Promise<void> {
  await journal.ask(`create function greenlight.hold_result() returns trigger language plpgsql as $$
    begin
      perform set_config('application_name', 'holds ' || (new.body::json->>'step'), false);
      perform pg_sleep(60);
      return new;
    end $$`);
  await journal.ask(`create trigger hold_result before insert on greenlight.event for each row
    when (new.body::json->>'type' = 'step.reached' and new.body::json->>'attempt' = '1')
    execute function greenlight.hold_result()`);
}

async function heldResults(journal: JournalServer) {
  const rows = await journal.ask(`select pid, application_name as name from pg_stat_activity
    where application_name like 'holds %' and wait_event = 'PgSleep'`);
  return rows.map(({ pid, name }) => ({
    pid: Number(pid),
    step: String(name).replace("holds ", ""),
  }));
}

const LONG = { withinMs: 150_000, everyMs: 10 };
