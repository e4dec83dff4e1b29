import { expect, test } from "@jest/globals";
import { peopleFor } from "../../../src/domain/people.ts";
import type { Runbook } from "../../../src/domain/runbook.ts";
import { application } from "../../fakes/circumstances.ts";

const planned = { kind: "planned", ends: "keep", requires: ["stable"] } as const;
const urgent = { kind: "urgent", ends: "keep" } as const;

const cases: [
  string,
  Pick<Runbook, "kind" | "ends" | "requires">,
  string | undefined,
  object,
  number,
][] = [
  ["a planned move home takes as many as the kind that only goes home", planned, "blue", {}, 2],
  ["named itself, it takes what is said of it", planned, "blue", { planned: 1 }, 1],
  ["elsewhere it takes one", planned, "green", {}, 1],
  ["where it goes is not known: one", planned, undefined, {}, 1],
  ["an emergency waits for nobody, home or not", urgent, "blue", {}, 1],
  ["unless it is named", urgent, "green", { urgent: 2 }, 2],
  ["what takes itself back moves nothing home", { ...planned, ends: "restore" }, "blue", {}, 1],
  ["no name is inherited", { ...urgent, kind: "constructor" }, "green", {}, 1],
];

test.each(cases)("%s", (_, runbook, to, named, people) => {
  const policy = { ...application.policy, approvals: { back: 2, ...named }, homeApprovals: 2 };
  expect(peopleFor(runbook, to, { ...application, home: "blue", policy })).toBe(people);
});

test("without a word of home it takes one", () => {
  expect(peopleFor(planned, application.home, application)).toBe(1);
});
