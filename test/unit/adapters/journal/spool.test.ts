import {
  appendFile,
  mkdtemp,
  open as openFile,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { Spool } from "../../../../src/adapters/journal/spool.ts";
import type { Draft } from "../../../../src/domain/event.ts";

let directory: string;
let spools: Spool[] = [];
let broken: number[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "spool-"));
  broken = [];
});

afterEach(async () => {
  await Promise.all(spools.splice(0).map((spool) => spool.close()));
  await rm(directory, { recursive: true });
});

test("what was appended is read back in its order, also by the next process", async () => {
  const spool = await open();
  expect(spool.read(10)).toEqual([]);
  await Promise.all([1, 2, 3].map((n) => spool.append(draft(n))));
  expect(spool.read(10).map((one) => one.draft)).toEqual([draft(1), draft(2), draft(3)]);
  expect(spool.read(2)).toHaveLength(2);
  const next = await reopen(spool);
  expect(next.read(10).map((one) => one.draft)).toEqual([draft(1), draft(2), draft(3)]);
  expect(next.size).toBe(3);
});

test("nothing is acknowledged before the disk has said that it has it", async () => {
  const spool = await open();
  const handle = await openFile(file());
  const prototype: { sync: () => Promise<void> } = Object.getPrototypeOf(handle);
  await handle.close();
  let [sizeThen, isKept] = [-1, false];
  const sync = jest.spyOn(prototype, "sync").mockImplementation(async () => {
    sizeThen = (await stat(file())).size;
    // Long enough for whoever does not wait for it.
    await new Promise((resolve) => setImmediate(resolve));
    expect(isKept).toBe(false);
  });
  try {
    await spool.append(draft(1));
    isKept = true;
    expect(sync).toHaveBeenCalledTimes(1);
    expect(sizeThen).toBe((await stat(file())).size);
    isKept = false;
    await spool.drop(1);
    expect(sync).toHaveBeenCalledTimes(2);
  } finally {
    sync.mockRestore();
  }
});

test("what was dropped is gone for good; what came meanwhile stays, in its place", async () => {
  const spool = await open();
  for (const n of [1, 2, 3]) await spool.append(draft(n));
  const [first, second] = spool.read(2);
  expect(first?.number).toBeLessThan(second?.number ?? 0);
  await Promise.all([spool.append(draft(4)), spool.drop(second?.number ?? 0)]);
  expect(drafts(spool)).toEqual([draft(3), draft(4)]);
  const next = await reopen(spool);
  expect(drafts(next)).toEqual([draft(3), draft(4)]);
  await next.append(draft(5));
  expect(drafts(await reopen(next))).toEqual([draft(3), draft(4), draft(5)]);
});

test("its file is empty when all is dropped, and takes new ones", async () => {
  const spool = await open();
  for (const n of [1, 2]) await spool.append(draft(n));
  await spool.drop(spool.read(10).at(-1)?.number ?? 0);
  expect((await stat(file())).size).toBe(0);
  await spool.append(draft(3));
  await spool.drop(0);
  const next = await reopen(spool);
  expect(drafts(next)).toEqual([draft(3)]);
  await next.drop(next.read(1)[0]?.number ?? 0);
  expect(drafts(await reopen(next))).toEqual([]);
});

test("killed at any byte of a line it has all that it had acknowledged, and goes on", async () => {
  const spool = await open();
  for (const n of [1, 2]) await spool.append(draft(n));
  await spool.drop(spool.read(1)[0]?.number ?? 0);
  const before = await readFile(file());
  await spool.append(draft(3));
  const after = await readFile(file());
  await spool.close();
  spools = [];
  for (let bytes = before.length; bytes < after.length; bytes += 7) {
    await writeFile(file(), after.subarray(0, bytes));
    const next = await open();
    expect(drafts(next)).toEqual([draft(2)]);
    await next.append(draft(4));
    expect(drafts(await reopen(next))).toEqual([draft(2), draft(4)]);
    await closeAll();
  }
  expect(broken).toEqual([]);
});

test("a line that the disk has spoilt is told of and left out", async () => {
  const spool = await open();
  for (const n of [1, 2, 3]) await spool.append(draft(n));
  await closeAll();
  const text = await readFile(file(), "utf8");
  await writeFile(file(), text.replace('"replicas":2', '"replicas":7'));
  await appendFile(file(), "\nnothing of ours\n");
  const next = await open();
  expect(drafts(next)).toEqual([draft(1), draft(3)]);
  expect(broken).toEqual([2, 4, 5]);
});

test("any text survives", async () => {
  const spool = await open();
  const odd: Draft = { ...draft(1), cluster: 'ü\n\u2028"\u0000\ud83d\ude00' } as Draft;
  await spool.append(odd);
  expect(drafts(await reopen(spool))).toEqual([odd]);
});

test("one that is full says so, and has room again when something was dropped", async () => {
  const spool = await open(600);
  await spool.append(draft(1));
  await spool.append(draft(2));
  const refused = spool.append(draft(3));
  await expect(refused).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
  expect(drafts(spool)).toEqual([draft(1), draft(2)]);
  await spool.drop(spool.read(2).at(-1)?.number ?? 0);
  await spool.append(draft(3));
  expect(drafts(await reopen(spool))).toEqual([draft(3)]);
});

test("a directory belongs to one process, and must be one that can be written", async () => {
  await open();
  await expect(open()).rejects.toMatchObject({ code: "GL_DIRECTORY_LOCKED" });
  await writeFile(join(directory, "no-directory"), "");
  const nowhere = Spool.open({ directory: join(directory, "no-directory", "x"), onBroken });
  await expect(nowhere).rejects.toMatchObject({ code: "GL_STORAGE_AWAY" });
});

async function open(maxBytes = 100_000): Promise<Spool> {
  const spool = await Spool.open({ directory, maxBytes, onBroken });
  spools.push(spool);
  return spool;
}

async function reopen(spool: Spool): Promise<Spool> {
  spools = spools.filter((one) => one !== spool);
  await spool.close();
  return await open();
}

async function closeAll(): Promise<void> {
  await Promise.all(spools.splice(0).map((spool) => spool.close()));
}

function onBroken(line: number): void {
  broken.push(line);
}

function drafts(spool: Spool): readonly Draft[] {
  return spool.read(100).map((one) => one.draft);
}

function file(): string {
  return join(directory, "spool");
}

function draft(replicas: number): Draft {
  const fact = { type: "workload.seen", cluster: "blue", workload: "shop", replicas } as const;
  return { ...fact, stream: "application-shop", epoch: 1, at: 9 };
}
