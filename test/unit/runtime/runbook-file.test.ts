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
