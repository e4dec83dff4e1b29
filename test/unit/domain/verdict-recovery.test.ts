import { expect, test } from "@jest/globals";
import { judge } from "../../../src/domain/verdict.ts";
import { type Sight, viewOf } from "../../fakes/sightings.ts";

const LOST = { api: "failed", public: "failed" } as const;

/** All was cut off; now green answers, and blue was not asked yet. */
const judged = (green: Sight) =>
  judge(viewOf({ a: LOST, b: LOST, c: LOST }, { green: { a: green, b: green, c: green } }), {
    cluster: "blue",
    serves: true,
    quorum: 2,
    failureDomains: 3,
  }).kind;

test("while the other cluster only begins to answer again, the observer is still doubted", () => {
  expect(judged("failed")).toBe("inconclusive");
  expect(judged("recovering")).toBe("inconclusive");
  expect(judged("healthy")).toBe("site-loss");
});
