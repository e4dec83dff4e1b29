import { expect, test } from "@jest/globals";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { reportOf } from "../../../src/domain/report.ts";
import { tellRehearsal } from "../../fakes/report-story.ts";

const scales = (minReplicas: number) => ({ name: "shop", minReplicas, maxReplicas: 9 });

/** A rehearsal after which the autoscaler's bound is this one; it was 1 before. */
const leaving = (minReplicas: number) =>
  reportOf(
    tellRehearsal().events.map((event): JournalEvent => {
      if (event.type === "step.intended" && event.step === "scale-shop")
        return { ...event, before: { replicas: 0, hpa: scales(1) } };
      if (event.type !== "undo.reached") return event;
      return { ...event, after: { replicas: 0, hpa: scales(minReplicas) } };
    }),
  );

test("an autoscaler's bound that stays raised is not as it was", () => {
  expect(leaving(1)).toMatchObject({ result: "PASS", returnToNormal: { isComplete: true } });
  expect(leaving(3)).toMatchObject({
    result: "FAIL",
    resultReasons: ["restored fail: scale-shop differs in hpa"],
    returnToNormal: { isComplete: false, steps: [{ differs: ["hpa"] }] },
  });
});
