import { expect, test } from "@jest/globals";
import { promote } from "../../../src/drivers/data/postgres-promote.ts";
import type { Session } from "../../../src/drivers/data/postgres-session.ts";
import type { PostgresState } from "../../../src/drivers/data/postgres-state.ts";

const PAIR = { epoch: 5, sequence: 7 };
const STANDBY: PostgresState = {
  isInRecovery: true,
  isReadOnly: false,
  isMarked: false,
  epoch: 4,
  sequence: 1,
  isPaused: false,
  isReceiving: true,
  received: 100,
  replayed: 100,
  exempt: null,
};

/** A standby that says at each instant what `at` says: time passes where it is waited for. */
function standby(at: (ms: number) => Partial<PostgresState>) {
  let ms = 0;
  let isPromoted = false;
  const now = () => ({ ...STANDBY, ...at(ms), isInRecovery: !isPromoted });
  const promoted: PostgresState[] = [];
  const session: Session = {
    pause: async (pausedMs) => {
      ms += pausedMs;
    },
    ask: async (sql) => {
      if (sql.includes("json_build_object")) return now();
      if (sql.includes("pg_promote")) {
        promoted.push(now());
        isPromoted = true;
      }
      return sql.includes("update greenlight.fence") ? true : null;
    },
  };
  return { session, first: now(), promoted, passedMs: () => ms };
}

/** It comes in bits, each a while after the other, and is replayed as it comes. */
const trickling = (lastMs: number) => (ms: number) => {
  const position = 100 + Math.floor(Math.min(ms, lastMs) / 50);
  return { received: position, replayed: position };
};

test("what a dead primary had sent is received first, as long as more of it arrives", async () => {
  const green = standby(trickling(400));
  await promote(green.session, PAIR, green.first);
  expect(green.promoted).toMatchObject([{ received: 108, replayed: 108 }]);
});

test("what a receiver wrote at its end counts, and is applied first", async () => {
  const green = standby((ms) => ({
    isReceiving: ms < 30,
    received: ms < 30 ? 100 : 120,
    replayed: ms < 200 ? 100 : 120,
  }));
  await promote(green.session, PAIR, green.first);
  expect(green.promoted).toMatchObject([{ received: 120, replayed: 120 }]);
  expect(green.passedMs()).toBe(200);
});

test("a primary that is alive, and goes on sending, does not hold it for ever", async () => {
  const green = standby(trickling(Number.POSITIVE_INFINITY));
  await promote(green.session, PAIR, green.first);
  expect(green.promoted).toHaveLength(1);
  expect(green.passedMs()).toBeGreaterThanOrEqual(1_000);
  expect(green.passedMs()).toBeLessThan(1_500);
});

test("nothing that arrives no more is waited for", async () => {
  const green = standby(() => ({ isReceiving: false }));
  await promote(green.session, PAIR, green.first);
  expect(green.promoted).toHaveLength(1);
  expect(green.passedMs()).toBe(0);
});

test.each([
  { epoch: 6, sequence: 0 },
  { epoch: 5, sequence: 8 },
])("a newer pair that is replicated at the last moment refuses it: %j", async (newer) => {
  // It came with the last of what the primary had sent.
  const green = standby((ms) => (ms < 50 ? {} : newer));
  const late = promote(green.session, PAIR, green.first);
  await expect(late).rejects.toMatchObject({ code: "GL_EPOCH_STALE" });
  expect(green.promoted).toEqual([]);
});
