import { statSync } from "node:fs";
import {
  appendFile,
  mkdir,
  mkdtemp,
  rename,
  rm,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SyncedTree } from "../../../src/adapters/storage/synced-tree.ts";
import { eventually } from "../../fakes/until.ts";

let directory: string;
let tree: SyncedTree;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "greenlight-"));
  await mkdir(at("base/5"), { recursive: true });
  await Promise.all([...Array(50).keys()].map((name) => writeFile(at(`base/5/${name}`), "kept")));
  tree = await SyncedTree.of(directory);
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

test("what nobody touched is known to be on disk: files, and the directories above them", () => {
  const paths = ["", "base", "base/5", "base/5/0", "base/5/49"];
  expect(paths.filter((path) => !knows(path))).toEqual([]);
});

test("what was changed in any way is not", async () => {
  await aTickLater();
  await appendFile(at("base/5/1"), "more");
  await truncate(at("base/5/2"), 0);
  await writeFile(at("base/5/3"), "KEPT");
  // Its time set back to what it was: there is one that can't be set.
  const { atime, mtime } = statSync(at("base/5/4"));
  await writeFile(at("base/5/4"), "KEPT");
  await utimes(at("base/5/4"), atime, mtime);
  await writeFile(at("base/5/new"), "new");
  const paths = [
    "",
    "base",
    ...["1", "2", "3", "4", "new", "5", ""].map((name) => `base/5/${name}`),
  ];
  expect(paths.filter(knows)).toEqual(["", "base", "base/5/5"]);
});

test("nor is a directory in which a name was given to another file, nor that file", async () => {
  await aTickLater();
  await rename(at("base/5/1"), at("base/5/2"));
  expect(["base/5", "base/5/2", "base/5/3"].filter(knows)).toEqual(["base/5/3"]);
});

function at(path: string): string {
  return join(directory, path);
}

function knows(path: string): boolean {
  return tree.has(statSync(at(path), { bigint: true }));
}

/** Until the kernel gives a change another time than the last one that was made here. */
async function aTickLater(): Promise<void> {
  const { ctimeNs } = statSync(at("base/5/49"), { bigint: true });
  await eventually(
    async () => {
      await utimes(at("base/5/0"), 0, 0);
      return statSync(at("base/5/0"), { bigint: true }).ctimeNs > ctimeNs;
    },
    { withinMs: 1000 },
  );
}
