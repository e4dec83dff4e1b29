import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  type ConfigDirectory,
  createConfigDirectory,
  EXAMPLE,
  withoutPlace,
} from "../../fakes/config-directory.ts";

let directory: ConfigDirectory;

beforeEach(() => {
  directory = createConfigDirectory();
});

afterEach(() => directory.remove());

const APPROVALS = "approvals: {failback: 2}";
const AT = "applications[0].policy";
const BOB = "owner: bob, role: approver";
const KINDS = "the kinds are drill, failback, failover, quarantine, retire, switchover";

async function whyNot(...edits: readonly (readonly [string, string])[]) {
  return withoutPlace(await directory.problemsWith(...edits));
}

test("a kind that is misspelt is told at its key", async () => {
  const found = await directory.problemsWith([APPROVALS, "approvals: {failbak: 2}"]);
  expect(found).toEqual([
    expect.stringMatching(
      /^greenlight\.yaml:\d+:19 applications\[0\]\.policy\.approvals\.failbak: /,
    ),
  ]);
  expect(withoutPlace(found)).toEqual([
    `${AT}.approvals.failbak: there is no runbook failbak: ${KINDS}`,
  ]);
});

test("a kind of one's own may be named; one whose runbook could not be read is not missing", async () => {
  mkdirSync(join(directory.path, "runbooks"));
  const own = ["# runbooks: ./runbooks", "runbooks: ./runbooks"] as const;
  const named = [APPROVALS, "approvals: {evacuate: 2}"] as const;
  const head = "kind: evacuate\ntitle: Ours\nends: keep\n";
  directory.write("runbooks/own.yaml", `${head}stepsOf: switchover\n`);
  expect(await whyNot(own, named)).toEqual([]);
  directory.write("runbooks/own.yaml", "kind: evacuate\n");
  expect((await whyNot(own, named)).join()).not.toContain("approvals");
});

const SHORT =
  "failback takes 2 people, and of the owners of api.tokens at most 1 could agree: one who asks (operator, admin), and others who approve (approver, admin)";

test.each<[string, readonly [string, string]]>([
  ["one who may only look", [BOB, "owner: bob, role: viewer"]],
  ["one who may only ask, too", [BOB, "owner: bob, role: operator"]],
  ["one who is the same person", [BOB, "owner: alice, role: approver"]],
])("two people are too many where the second is %s", async (_, edit) => {
  expect(await whyNot(edit)).toEqual([`${AT}.approvals.failback: ${SHORT}`]);
  expect(await whyNot(edit, [`      ${APPROVALS}\n`, ""])).toEqual([`${AT}: ${SHORT}`]);
  expect(await whyNot(edit, [APPROVALS, "approvals: {failback: 1}"])).toEqual([]);
});

test.each<[string, readonly [string, string]]>([
  ["one more admin", [BOB, "owner: bob, role: admin"]],
  ["an admin who asks", ["owner: alice, role: operator", "owner: alice, role: admin"]],
  ["a token that is wrong itself", [BOB, "owner: bob, role: king"]],
])("two people are there with %s", async (_, edit) => {
  expect((await whyNot(edit)).join()).not.toContain("takes 2 people");
});

test("where nobody at all can ask, nobody has to agree", async () => {
  const text = EXAMPLE.replace(/ {2}tokens:\n(?: {4}- \{owner: .*\n)+/, "  tokens: []\n");
  directory.write("greenlight.yaml", text);
  expect(text).toContain("tokens: []");
  expect(withoutPlace(await directory.problems())).toEqual([]);
});
