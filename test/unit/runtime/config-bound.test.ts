import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { loadConfig } from "../../../src/runtime/config-file.ts";
import {
  type ConfigDirectory,
  createConfigDirectory,
  withoutPlace,
} from "../../fakes/config-directory.ts";

let directory: ConfigDirectory;

beforeEach(() => {
  directory = createConfigDirectory();
});

afterEach(() => directory.remove());

async function whyNot(...edits: readonly (readonly [string, string])[]) {
  return withoutPlace(await directory.problemsWith(...edits));
}

test.each<[string, readonly [string, string], readonly string[]]>([
  [
    "a quorum of one that nobody accepts",
    ["quorum: 2", "quorum: 1"],
    [
      "applications[0].policy.quorum: one vantage alone would move it: policy.quorumOfOne says who accepts that, {acceptedBy: NAME}",
    ],
  ],
  [
    "an answer that nobody may keep",
    ["ttl: 5s", "ttl: 0s"],
    ["applications[0].dns[0].ttl: must be whole seconds, and one at least"],
  ],
  [
    "the same while it moves",
    ["moveTtl: 1s", "moveTtl: 0s"],
    ["applications[0].dns[0].moveTtl: must be whole seconds, and one at least"],
  ],
  [
    "a data directory among the kernel's own files",
    ["directory: ./data", "directory: /proc/x/y"],
    ["storage.directory: can't be made: /proc holds nothing but the kernel's own files"],
  ],
])("refused: %s", async (_, edit, problems) => {
  expect(await whyNot(edit)).toEqual(problems);
});

test("a quorum of one is taken where somebody accepts it by name", async () => {
  const accepted = "quorum: 1\n      quorumOfOne: {acceptedBy: platform team}";
  expect(await whyNot(["quorum: 2", accepted])).toEqual([]);
  const [shop] = (await loadConfig(directory.file, directory.env)).applications;
  expect(shop?.application.policy).toMatchObject({
    quorum: 1,
    quorumOfOneAcceptedBy: "platform team",
  });
});

test("a data directory below a file can't be made; one that is not there yet can", async () => {
  expect(await whyNot(["directory: ./data", "directory: ./kubeconfig/data"])).toEqual([
    `storage.directory: can't be made: ${directory.path}/kubeconfig is not a directory`,
  ]);
  expect(await whyNot(["directory: ./data", "directory: ./a/b/c"])).toEqual([]);
});
