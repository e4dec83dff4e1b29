import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Answer, firstFrom, lostWrites, tallyOf } from "../../../../src/cli/demo/answer.ts";

/** Of client 0, asked 5 ms before it was answered. */
const good = (answeredAt: number, more: Partial<Answer> = {}): Answer => {
  return { client: 0, verb: "read", askedAt: answeredAt - 5, answeredAt, cluster: "blue", ...more };
};
const bad = (askedAt: number, client = 0): Answer => {
  return { client, verb: "read", askedAt, answeredAt: askedAt + 500 };
};

test("an outage lasts from the last correct answer before it to the first after it", () => {
  const answers = [good(100), bad(200), bad(300), good(850, { cluster: "green" }), good(950)];
  expect(tallyOf(answers, 2_000)).toEqual({
    asked: 5,
    failed: 2,
    writesAcknowledged: 0,
    longestOutageMs: 750,
  });
});

test("a long time in which nothing failed is none", () => {
  expect(tallyOf([good(100), good(9_000)], 20_000).longestOutageMs).toBe(0);
  expect(tallyOf([], 20_000)).toMatchObject({ asked: 0, longestOutageMs: 0 });
});

test("one that is not over counts until now", () => {
  expect(tallyOf([good(100), bad(200)], 6_100).longestOutageMs).toBe(6_000);
});

test("how long a client waits for what never comes is its own affair", () => {
  // Asked at 200, given up at 700: by then the next question had its answer.
  expect(tallyOf([good(100), bad(200), good(400), good(800)], 900).longestOutageMs).toBe(300);
});

test("the unluckiest client counts, however lucky others are", () => {
  const other = { client: 1 };
  const answers = [
    good(100),
    bad(200),
    good(1_100),
    good(110, other),
    bad(210, 1),
    good(400, other),
  ];
  expect(tallyOf(answers, 2_000).longestOutageMs).toBe(1_000);
});

test("an outage is never longer than what was seen, and needs a failure", () => {
  const answer = fc
    .record({ askedAt: fc.nat(10_000), tookMs: fc.nat(500), client: fc.nat(2), ok: fc.boolean() })
    .map(({ askedAt, tookMs, client, ok }): Answer => {
      const base = { client, verb: "read" as const, askedAt, answeredAt: askedAt + tookMs };
      return ok ? { ...base, cluster: "blue" } : base;
    });
  fc.assert(
    fc.property(fc.array(answer), (answers) => {
      const { failed, longestOutageMs } = tallyOf(answers, 11_000);
      expect(longestOutageMs).toBeGreaterThanOrEqual(0);
      expect(longestOutageMs).toBeLessThanOrEqual(11_000);
      if (failed === 0) expect(longestOutageMs).toBe(0);
    }),
  );
});

test("the first answer is the one that came first", () => {
  const write = good(300, { verb: "write", cluster: "green" });
  const read = good(200, { cluster: "green" });
  expect(firstFrom([good(100), write, read], "green")).toBe(read);
  expect(firstFrom([good(100), write, read], "green", "write")).toBe(write);
  expect(firstFrom([good(100)], "green")).toBeUndefined();
});

test("a write is lost when it was acknowledged and is not there", () => {
  const acknowledged = (id: string) => good(1, { verb: "write", write: { id, position: 1 } });
  const answers = [acknowledged("a"), acknowledged("b"), bad(5)];
  expect(lostWrites(answers, new Set(["a", "c"]))).toBe(1);
  expect(tallyOf(answers, 10).writesAcknowledged).toBe(2);
});
