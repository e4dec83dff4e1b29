import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { problemText } from "../../../src/adapters/yaml/yaml-file.ts";
import { loadRunbooks, readRunbooks } from "../../../src/runtime/runbook-file.ts";

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "greenlight-runbook-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

function problemsOf(text: string): readonly string[] {
  writeFileSync(join(directory, "own.yaml"), text);
  const file = join(directory, "own.yaml");
  return readRunbooks(directory).problems.map((problem) =>
    problemText(problem).replace(file, "own.yaml"),
  );
}

const STEP = `{id: a, uses: scale, each: workloads, cluster: blue, desired: {replicas: 0}, timeout: 1s, onFailure: undo}`;

test("the packaged runbooks load", () => {
  const failover = loadRunbooks().get("failover");
  expect(failover?.ends).toBe("keep");
  expect(failover?.steps.map(({ id }) => id)).toEqual([
    "fence",
    "fence-data",
    "scale",
    "open",
    "data.check",
    "promote",
    "primary",
    "dns",
    "verify",
  ]);
  expect(failover?.steps[0]).toEqual({
    id: "fence",
    uses: "scale",
    each: "workloads",
    cluster: "$" + "{from}",
    desired: { replicas: 0 },
    needs: [],
    timeoutMs: 300,
    retries: 0,
    onFailure: "$" + "{policy.fencing}",
    owes: "fence",
  });
});

test("a kind may have the steps of another, and ask for more", () => {
  const runbooks = loadRunbooks();
  const [switchover, failback] = [runbooks.get("switchover"), runbooks.get("failback")];
  expect(failback?.steps).toEqual(switchover?.steps);
  expect(switchover).not.toHaveProperty("to");
  expect(failback).toMatchObject({
    to: "home",
    leases: "all",
    requires: ["primary-healthy", "stable", "synchronised", "parity"],
    commit: { windowMs: "$" + "{policy.commitWindowMs}", back: "switchover", next: "retire" },
  });
});

test("a commit window may be a duration", () => {
  const commit = "commit: {window: 90s, back: failover}";
  writeFileSync(
    join(directory, "own.yaml"),
    `kind: own\ntitle: Ours\nends: keep\n${commit}\nstepsOf: switchover\n`,
  );
  expect(loadRunbooks(directory).get("own")?.commit).toEqual({
    windowMs: 90_000,
    back: "failover",
  });
});

test("a user's own runbook is one more kind", () => {
  writeFileSync(
    join(directory, "own.yaml"),
    `kind: rehearse\ntitle: Ours\nends: restore\nsteps: [${STEP}]\n`,
  );
  expect([...loadRunbooks(directory).keys()]).toEqual([...loadRunbooks().keys(), "rehearse"]);
});

test.each([
  [
    "a kind that is there",
    `kind: failover\ntitle: Ours\nends: keep\nsteps: [${STEP}]`,
    ["own.yaml:1:7 kind: failover is there already"],
  ],
  [
    "links that lead nowhere",
    `kind: own\ntitle: Ours\nends: keep\nsteps:\n  - ${STEP}\n  - ${STEP.replace("uses", "needs: [b], uses")}`,
    [
      "own.yaml:6:10 steps[1].id: another step is called a",
      "own.yaml:6:21 steps[1].needs[0]: no step is called b",
    ],
  ],
  [
    "kinds that there are not",
    "kind: own\ntitle: Ours\nends: keep\nstepsOf: magic\ncommit: {window: 1m, back: a, next: b}",
    [
      "own.yaml:4:10 stepsOf: no runbook is called magic",
      "own.yaml:5:28 commit.back: no runbook is called a",
      "own.yaml:5:37 commit.next: no runbook is called b",
    ],
  ],
  [
    "the steps of one that has none of its own",
    "kind: own\ntitle: Ours\nends: keep\nstepsOf: failback",
    ["own.yaml:4:10 stepsOf: failback has no steps of its own"],
  ],
  [
    "steps of its own and of another",
    `kind: own\ntitle: Ours\nends: keep\nstepsOf: failover\nsteps: [${STEP}]`,
    ["own.yaml:5:8 steps: must have either steps or stepsOf"],
  ],
  [
    "several flaws at once",
    [
      "kind: Own",
      "ends: maybe",
      "colour: red",
      "steps:",
      "  - id: a",
      "    uses: magic",
      "    desired: 5",
      "    timeout: 0s",
      "    retries: -1",
      "    onFailure: explode",
      "    irreversible: false",
    ].join("\n"),
    [
      "own.yaml:1:1 title: is missing",
      "own.yaml:1:7 kind: must be lower case words joined by -",
      "own.yaml:2:7 ends: must be one of keep, restore",
      "own.yaml:3:1 colour: unknown key",
      "own.yaml:6:11 steps[0].uses: must be one of scale, data, dns, traffic, lease, gate/loss-bound, gate/public-path, gate/own-path, gate/caught-up, gate/data-ready",
      "own.yaml:7:14 steps[0].desired: must be a mapping, not a number",
      "own.yaml:8:14 steps[0].timeout: must be longer than nothing",
      "own.yaml:9:14 steps[0].retries: must be at least 0",
      "own.yaml:10:16 steps[0].onFailure: must be undo, hold, continue or a template",
      "own.yaml:11:19 steps[0].irreversible: must be true",
    ],
  ],
])("refused with its place: %s", (_, text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
  expect(() => loadRunbooks(directory)).toThrow(/^The configuration is wrong: /);
});
