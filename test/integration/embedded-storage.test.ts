import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { sha256 } from "../../src/adapters/digest/sha256.ts";
import { SqlJournal } from "../../src/adapters/journal/sql-journal.ts";
import { Database } from "../../src/adapters/storage/database.ts";
import { startThread } from "../../src/adapters/storage/database-link.ts";
import { openEmbedded } from "../../src/adapters/storage/embedded-storage.ts";
import { whyBroken } from "../../src/domain/chain.ts";
import { OPENED_WITHIN_MS, TEMPLATES } from "../fakes/scratch-storage.ts";
import { eventually } from "../fakes/until.ts";

const ADAPTERS = join(import.meta.dirname, "..", "..", "dist", "src", "adapters");
const clock = new SystemClock();
jest.setTimeout(3 * OPENED_WITHIN_MS);

let directory: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "greenlight-"));
});

afterEach(async () => {
  child?.kill("SIGKILL");
  await rm(directory, { recursive: true, force: true });
});

test("killed in the middle of appends it loses nothing that was acknowledged, again and again", async () => {
  let kept = 0;
  for (const enough of [1, 40, 97]) {
    const acknowledged = await appendUntilKilled(kept + enough);
    const storage = await openEmbedded({ directory, cacheDirectory: TEMPLATES, clock });
    const journal = await SqlJournal.open({ sql: storage.database, digest: sha256, clock });
    const events = await journal.read("application-shop");
    kept = events.length;
    expect(kept).toBeGreaterThanOrEqual(acknowledged);
    expect(whyBroken(events, sha256)).toEqual([]);
    await storage.close();
  }
});

test("a thread that could not load is said, and nobody waits for it", async () => {
  const thread = startThread();
  thread.failure = new Error("there is no engine");
  try {
    await expect(Database.open(directory, clock, thread)).rejects.toMatchObject({
      code: "GL_STORAGE_AWAY",
    });
  } finally {
    await thread.worker.terminate();
  }
});

test("two first starts at once, without a template yet, do not disturb each other", async () => {
  const cacheDirectory = join(directory, "cache");
  const open = (name: string) =>
    openEmbedded({ directory: join(directory, name), cacheDirectory, clock });
  const storages = await Promise.all([open("one"), open("other")]);
  for (const { database } of storages)
    expect((await database.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  expect(await readdir(cacheDirectory)).toEqual([expect.stringMatching(/^postgres-/)]);
  for (const name of ["one", "other"])
    expect(await readdir(join(directory, name))).toEqual(["postgres"]);
  await Promise.all(storages.map((storage) => storage.close()));
});

/** While it runs, nobody else gets in. Returns the last number that it said. */
async function appendUntilKilled(enough: number): Promise<number> {
  const script = join(import.meta.dirname, "append-until-killed.mjs");
  const started = spawn(process.execPath, [script, ADAPTERS, directory, TEMPLATES], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  let acknowledged = 0;
  createInterface(started.stdout).on("line", (line) => {
    acknowledged = Number(line);
  });
  await eventually(() => acknowledged >= enough || started.exitCode !== null, {
    withinMs: OPENED_WITHIN_MS,
  });
  await expect(openEmbedded({ directory, cacheDirectory: TEMPLATES, clock })).rejects.toMatchObject(
    {
      code: "GL_DIRECTORY_LOCKED",
      message: expect.stringContaining(directory),
    },
  );
  started.kill("SIGKILL");
  await once(started, "close");
  return acknowledged;
}
