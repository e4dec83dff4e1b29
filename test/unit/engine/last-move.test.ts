import { describe, expect, test } from "@jest/globals";
import { type Memory, NO_MEMORY } from "../../../src/domain/memory.ts";
import type { LastKnown, Primacy } from "../../../src/domain/primary.ts";
import { LastMove } from "../../../src/engine/last-move.ts";

const ADOPTED: Memory = { ...NO_MEMORY, adopted: { primary: "blue", epoch: 0, at: 1 } };
const lease = (primary: string, epoch: number): Primacy => ({ primary, epoch, sequence: 0 });

/** What one process knows, and sees at 1,000, 2,000 and so on. */
function watching(of: {
  readonly leases: readonly Primacy[];
  readonly memory?: Memory;
  readonly latest?: LastKnown;
}) {
  const world = { now: 0, primacy: lease("blue", 0) };
  const logbook: { latest: LastKnown | undefined; lastMoveEndedAt: number | undefined } = {
    latest: of.latest,
    lastMoveEndedAt: undefined,
  };
  const last = new LastMove({
    clock: { wallMs: () => world.now },
    surveyor: {
      get primacy() {
        return world.primacy;
      },
    },
    recollection: { memory: of.memory ?? ADOPTED },
    logbook,
  });
  for (const primacy of of.leases) {
    world.now += 1_000;
    world.primacy = primacy;
    last.look();
  }
  return { last, logbook };
}

describe("a move that nobody told of", () => {
  test("counts from when its Lease was first seen", () => {
    const leases = [lease("blue", 4), lease("green", 5), lease("green", 5), lease("green", 6)];
    expect(watching({ leases }).last.endedAt).toBe(2_000);
  });

  test("and back again counts from then", () => {
    const leases = [lease("blue", 4), lease("green", 5), lease("blue", 6)];
    expect(watching({ leases }).last.endedAt).toBe(3_000);
  });

  test("is seen at a start too, by what the journal says of before", () => {
    expect(watching({ leases: [lease("green", 5)] }).last.endedAt).toBe(1_000);
    const back = { leases: [lease("blue", 7)], latest: { primary: "green", epoch: 5 } };
    expect(watching(back).last.endedAt).toBe(1_000);
  });

  test("ends when the journal has it: then that says when it was", () => {
    const { last, logbook } = watching({ leases: [lease("blue", 4), lease("green", 5)] });
    logbook.latest = { primary: "blue", epoch: 5 };
    expect(last.endedAt).toBeUndefined();
    Object.assign(logbook, { latest: { primary: "green", epoch: 5 }, lastMoveEndedAt: 1_700 });
    expect(last.endedAt).toBe(1_700);
  });

  test("does not hide that a later one ended", () => {
    const { last, logbook } = watching({ leases: [lease("blue", 4), lease("green", 5)] });
    logbook.lastMoveEndedAt = 1_999;
    expect(last.endedAt).toBe(2_000);
    logbook.lastMoveEndedAt = 2_001;
    expect(last.endedAt).toBe(2_001);
  });
});

describe("there was none", () => {
  test("where the primary was there at the very first start, wherever that is", () => {
    const leases = [{ unread: true }, lease("green", 7), lease("green", 7)] as const;
    expect(watching({ leases, memory: NO_MEMORY }).last.endedAt).toBeUndefined();
  });

  test("where it is who the journal says, at whatever epoch", () => {
    const leases = [lease("green", 5), lease("green", 8)];
    const latest = { primary: "green", epoch: 5 };
    expect(watching({ leases, latest }).last.endedAt).toBeUndefined();
  });

  test("where only a Lease can be read that has not heard of the last move", () => {
    const leases = [lease("blue", 4), lease("green", 5)];
    const latest = { primary: "green", epoch: 5 };
    expect(watching({ leases, latest }).last.endedAt).toBeUndefined();
  });

  test("where it can't be said who is primary meanwhile", () => {
    const leases = [lease("blue", 4), { problem: "they disagree" }, lease("blue", 4)];
    expect(watching({ leases }).last.endedAt).toBeUndefined();
  });
});
