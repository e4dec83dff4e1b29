import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createJobSeal } from "../../../../src/adapters/queue/sealed-job.ts";
import type { Job } from "../../../../src/domain/job.ts";
import { jobIdOf } from "../../../../src/domain/job.ts";

const KEYS = ["the first key of the tests", "the second key of the tests"] as const;
const JOB: Job = { operation: "op1", step: "a", leg: "step", attempt: 1, epoch: 4 };
const ID = jobIdOf(JOB);

test("a sealed job is opened as it was, also after it went through JSON in another order", () => {
  const seal = createJobSeal([KEYS[0]]);
  const { job, mac } = seal.seal(JOB);
  expect(seal.open(ID, { job, mac })).toEqual({ job: JOB });
  const turned = Object.fromEntries(Object.entries(job).toReversed());
  expect(seal.open(ID, JSON.parse(JSON.stringify({ mac, job: turned })))).toEqual({ job: JOB });
});

test("while a key is changed both open, and the first one seals", () => {
  const [old, both, young] = [
    createJobSeal([KEYS[0]]),
    createJobSeal([KEYS[1], KEYS[0]]),
    createJobSeal([KEYS[1]]),
  ];
  expect(both.open(ID, old.seal(JOB))).toEqual({ job: JOB });
  expect(young.open(ID, both.seal(JOB))).toEqual({ job: JOB });
  expect(young.open(ID, old.seal(JOB))).toEqual({ whyForged: "op1-a-1: its seal does not fit" });
});

test("nothing opens that is altered in any character", () => {
  const seal = createJobSeal([KEYS[0]]);
  const text = JSON.stringify(seal.seal(JOB));
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, char) => {
      const altered = text.slice(0, at) + char + text.slice(at + 1);
      if (altered === text) return;
      let data: unknown;
      try {
        data = JSON.parse(altered);
      } catch {
        return;
      }
      expect(seal.open(ID, data)).toHaveProperty("whyForged");
    }),
  );
});

test("what is told of a forgery is one short line, whatever its id is", () => {
  const seal = createJobSeal([KEYS[0]]);
  fc.assert(
    fc.property(fc.string({ maxLength: 1000 }), fc.jsonValue(), (id, data) => {
      const opened = seal.open(id, data);
      expect("whyForged" in opened && opened.whyForged).toMatch(/^[\w.?-]{0,200}: [a-z ]+$/);
    }),
  );
});

test("a key that is too short is refused, and not told", () => {
  expect(() => createJobSeal(["short"])).toThrow(/less than 16 bytes/);
  expect(() => createJobSeal([KEYS[0], "short"])).not.toThrow(/short[^e]/);
});
