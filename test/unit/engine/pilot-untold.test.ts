import { expect, test } from "@jest/globals";
import { NO_MEMORY } from "../../../src/domain/memory.ts";
import { Bell } from "../../../src/engine/bell.ts";
import { Pilot, type PilotTools } from "../../../src/engine/pilot.ts";
import { Watch } from "../../../src/engine/watch.ts";
import { application } from "../../fakes/circumstances.ts";
import { PLAN } from "../../fakes/operation-story.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

test.each(["run", "watch"] as const)(
  "a process that can't read of another one's move cools down after it (%s)",
  async (way) => {
    const clock = new VirtualClock();
    const life = new AbortController();
    const surveyor = {
      survey: { at: 1, leases: {}, workloads: {}, stores: {} },
      primacy: { primary: "blue", epoch: 4, sequence: 0 },
      refreshIfOlder: () => undefined,
      refresh: async () => undefined,
      isPendingSince: () => false,
      keepLooks: () => undefined,
    };
    const memory = { ...NO_MEMORY, adopted: { primary: "blue", epoch: 0, at: 1 } };
    const recollection = {
      memory,
      refreshIfOlder: () => undefined,
      note: () => undefined,
      kept: async () => undefined,
    };
    const pilot = new Pilot(application, {
      clock,
      signal: life.signal,
      bell: new Bell(),
      runbook: { kind: PLAN.kind },
      watch: new Watch("shop", {
        thresholds: application.policy.thresholds,
        vantages: [],
        clusters: [],
        probes: [],
        onStranger: () => undefined,
      }),
      freshMs: 1_000,
      failureDomains: 3,
      logbook: {},
      errands: { run: () => undefined },
      surveyor,
      recollection,
    } as unknown as PilotTools);
    await clock.run(async () => {
      const flying = pilot[way]();
      const sleep = (ms: number) => clock.sleep(ms, new AbortController().signal);
      await sleep(1_000);
      expect(pilot.context().lastMoveEndedAt).toBeUndefined();
      surveyor.primacy = { primary: "green", epoch: 5, sequence: 3 };
      const movedAt = clock.wallMs();
      await sleep(1_000);
      const { lastMoveEndedAt } = pilot.context();
      expect(lastMoveEndedAt).toBeGreaterThanOrEqual(movedAt);
      expect(lastMoveEndedAt).toBeLessThan(movedAt + 500);
      life.abort(new Error("over"));
      await flying;
    });
  },
);
