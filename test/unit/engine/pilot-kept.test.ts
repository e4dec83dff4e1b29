import { expect, test } from "@jest/globals";
import { Bell } from "../../../src/engine/bell.ts";
import { Pilot, type PilotTools } from "../../../src/engine/pilot.ts";
import { application, LOST } from "../../fakes/circumstances.ts";
import { PLAN } from "../../fakes/operation-story.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const { signal } = new AbortController();

/** After how many ms a move is opened, where the journal takes so long over what was seen. */
async function openedAfter(keptMs: number): Promise<number | undefined> {
  const clock = new VirtualClock();
  const life = new AbortController();
  const began = clock.monotonicMs();
  let opened: number | undefined;
  const parts = {
    surveyor: {
      survey: { at: 1, leases: {}, workloads: {}, stores: {} },
      primacy: { primary: "blue", epoch: 0, sequence: 0 },
      refreshIfOlder: () => undefined,
      refresh: async () => undefined,
      isPendingSince: () => false,
      keepLooks: () => undefined,
      looksUntil: () => ({}),
    },
    recollection: {
      refreshIfOlder: () => undefined,
      memory: { replicas: {}, suspicions: {}, verdicts: {}, adopted: {} },
      note: () => undefined,
      kept: () => clock.sleep(keptMs, signal),
    },
    operations: {
      open: async () => {
        opened ??= clock.monotonicMs() - began;
        life.abort(new Error("over"));
        return { id: "op-1" };
      },
    },
    logbook: {},
    errands: { run: () => undefined },
  };
  const tools = { clock, signal: life.signal, bell: new Bell(), runbook: { kind: PLAN.kind } };
  const pilot = new Pilot(application, { ...tools, ...parts } as unknown as PilotTools);
  pilot.context = () => LOST;
  await clock.run(() => pilot.run());
  return opened;
}

test("the right to act is asked for once the journal has what was seen, and no sooner", async () => {
  expect(await openedAfter(0)).toBe(0);
  expect(await openedAfter(120)).toBe(120);
});

test("a journal that does not answer holds nothing up", async () => {
  expect(await openedAfter(60_000)).toBe(200);
});
