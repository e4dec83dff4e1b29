import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { LeaseRecord, Leases } from "../../src/engine/ports/lease.ts";

export interface Subject {
  readonly name: string;
  /** One cluster without any Lease, for each test. */
  open(): Promise<Opened>;
}

export interface Opened {
  readonly leases: Leases;
  /** Runs the task; a virtual clock moves meanwhile. */
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Changes a part of the application's Lease that is not Greenlight's. */
  editForeign(application: string): Promise<void>;
  whyForeignLost(application: string): Promise<string | undefined>;
  close(): Promise<void>;
}

const RECORD: LeaseRecord = {
  epoch: 3,
  sequence: 14,
  primary: "blue",
  operation: "op-1",
  holder: "worker-1",
  durationMs: 5_000,
  renewedAt: 1_767_225_600_123,
};
const CONFLICT = { code: "GL_CONFLICT" };

/** What every home of Leases owes those who act under them. */
export function describeLeases(subject: Subject): void {
  describe(`${subject.name} conforms`, () => {
    let opened: Opened;
    const { signal } = new AbortController();
    beforeEach(async () => {
      opened = await subject.open();
    });
    afterEach(() => opened.close());

    const read = (name = "shop") => opened.run(() => opened.leases.read(name, signal));
    const swap = (seen: Awaited<ReturnType<typeof read>>, next: LeaseRecord, name = "shop") =>
      opened.run(() => opened.leases.swap(name, { seen, next }, signal));

    test("there is none at first", async () => {
      expect(await read()).toBeUndefined();
    });

    test("what is created is read, and is one application's", async () => {
      const written = await swap(undefined, RECORD);
      expect(written.record).toStrictEqual(RECORD);
      expect(await read()).toEqual(written);
      expect(await read("other")).toBeUndefined();
    });

    test("it is created once", async () => {
      const { version } = await swap(undefined, RECORD);
      await expect(swap(undefined, { ...RECORD, epoch: 9 })).rejects.toMatchObject(CONFLICT);
      expect(await read()).toMatchObject({ version, record: RECORD });
    });

    test("what is replaced is what was seen, and has a version of its own", async () => {
      const first = await swap(undefined, RECORD);
      const next = { ...RECORD, epoch: 4, sequence: 0, primary: "green", holder: "worker-2" };
      const second = await swap(first, next);
      expect(second.record).toStrictEqual(next);
      expect(second.version).not.toBe(first.version);
      await expect(swap(first, RECORD)).rejects.toMatchObject(CONFLICT);
      expect(await read()).toEqual(second);
    });

    test("what is left out is gone", async () => {
      const first = await swap(undefined, RECORD);
      const { operation: _, holder: __, renewedAt: ___, ...free } = RECORD;
      expect((await swap(first, free)).record).toStrictEqual(free);
      expect((await read())?.record).toStrictEqual(free);
    });

    test("of two at once one wins", async () => {
      const seen = await swap(undefined, RECORD);
      const take = (holder: string) =>
        opened.leases.swap("shop", { seen, next: { ...RECORD, epoch: 4, holder } }, signal);
      const both = await opened.run(() => Promise.allSettled([take("worker-2"), take("worker-3")]));
      expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(both).toContainEqual({
        status: "rejected",
        reason: expect.objectContaining(CONFLICT),
      });
    });

    test("a change by someone else is seen as one, and survives", async () => {
      const first = await swap(undefined, RECORD);
      await opened.editForeign("shop");
      await expect(swap(first, { ...RECORD, epoch: 4 })).rejects.toMatchObject(CONFLICT);
      await swap(await read(), { ...RECORD, epoch: 4 });
      expect(await opened.whyForeignLost("shop")).toBeUndefined();
    });
  });
}
