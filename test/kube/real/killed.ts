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
    for (const { step, attempt, pid } of await heldResults(journal)) {
      if (!(await world.killWhoRuns(step, attempt))) throw new Error(`nobody says to run ${step}`);
      await journal.ask(`insert into greenlight.killed_in values ('${step}')`);
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
  for (const step of meant) expect([step, endsOf(events, step)]).toEqual([step, CUT_OFF]);
  const fences = plan.steps.filter(({ owes }) => owes !== undefined).map((step) => step.id);
  expect(
    events.flatMap((one) => (isIntent(one) && fences.includes(one.step) ? [one] : [])),
  ).toEqual([]);
  expect(await operator.operations()).toHaveLength(1);
  const lost = await lostIn(world.green.store, clients.answers);
  const { longestOutageMs } = clients.tally();
  tell("killed in", { steps: killedIn, lost: lost.length, longestOutageMs });
}

/** Some attempt has an intent and no result, and the last one reached it. */
const CUT_OFF = [true, "step.reached"];

function endsOf(events: readonly JournalEvent[], step: string): unknown {
  const own = events.flatMap((event) => ("step" in event && event.step === step ? [event] : []));
  const attempts = own.filter(isIntent).map(({ attempt }) => attempt);
  const isOver = (attempt: number) =>
    own.some(
      (event) => OVER.includes(event.type) && "attempt" in event && event.attempt === attempt,
    );
  return [attempts.some((attempt) => !isOver(attempt)), own.at(-1)?.type];
}

function isIntent(event: JournalEvent): event is Extract<JournalEvent, { type: "step.intended" }> {
  return event.type === "step.intended";
}

const OVER: readonly string[] = ["step.reached", "step.failed"];

/**
 * From now on the journal takes the result of no step until somebody was killed in it: not always the
 * first attempt's, for who is killed in one step may have been about to begin another.
 */
async function holdResults(journal: JournalServer): Promise<void> {
  await journal.ask("create table greenlight.killed_in (step text)");
  await journal.ask(`create function greenlight.hold_result() returns trigger language plpgsql as $$
    declare record json := new.body::json;
    begin
      if record->>'step' in (select step from greenlight.killed_in) then return new; end if;
      perform set_config('application_name',
        concat_ws(' ', 'holds', record->>'step', record->>'attempt'), false);
      perform pg_sleep(60);
      return new;
    end $$`);
  await journal.ask(`create trigger hold_result before insert on greenlight.event for each row
    when (new.body::json->>'type' = 'step.reached')
    execute function greenlight.hold_result()`);
}

async function heldResults(journal: JournalServer) {
  const rows = await journal.ask(`select pid, application_name as name from pg_stat_activity
    where application_name like 'holds %' and wait_event = 'PgSleep'`);
  return rows.map(({ pid, name }) => {
    const [, step = "", attempt] = String(name).split(" ");
    return { pid: Number(pid), step, attempt: Number(attempt) };
  });
}

const LONG = { withinMs: 150_000, everyMs: 10 };
