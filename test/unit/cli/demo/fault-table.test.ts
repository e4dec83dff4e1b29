import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { faultObjects, renderFaults } from "../../../../src/cli/demo/fault-list.ts";
import { type Act, FAULTS, type FaultCase } from "../../../../src/cli/demo/fault-table.ts";
import { GUARDS } from "../../../../src/domain/guard.ts";
import { VERDICTS } from "../../../../src/domain/verdict-kind.ts";
import { faultSchema } from "../../../../src/sandbox/faults.ts";
import { holdSchema } from "../../../../src/sandbox/hold.ts";
import { runCommand, tooWide } from "../../../fakes/fake-terminal.ts";

const CASES = Object.entries(FAULTS);
const SOURCES = join(import.meta.dirname, "../../../../src/cli/demo");

test.each(CASES)("%s is what the fault panel takes", (_, { before = [], acts }) => {
  expect(acts.length).toBeGreaterThan(0);
  for (const act of [...before, ...acts]) assertTaken(act);
});

function assertTaken(act: Act): void {
  if (act.act !== "panel") return;
  if (act.path === "/faults") faultSchema.parse(act.body);
  if (act.path === "/holds") holdSchema.parse(act.body);
}

test.each(CASES)("%s ends in bounded time", (_, { before = [], acts }) => {
  const slept = [...before, ...acts].map((act) => ("ms" in act ? act.ms : 0));
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(10_000);
});

test.each(CASES)("what is expected of %s makes sense", (_, { expected }: FaultCase) => {
  const { moves, outcome, guard, verdict } = expected;
  expect(moves).toBe(outcome === "succeeded");
  // Where nothing is opened something must say why not.
  expect(outcome === undefined).toBe(guard !== undefined);
  if (guard) expect(GUARDS.map(({ name }) => name)).toContain(guard);
  if (verdict) expect(VERDICTS).toContain(verdict);
});

test("the list names each fault and what is expected of it, and fits a terminal", async () => {
  const text = renderFaults();
  expect(tooWide(text)).toEqual([]);
  for (const [kind] of CASES) expect(text).toMatch(new RegExp(`^  ${kind} +\\S`, "m"));
  expect(await runCommand(["demo", "--faults"])).toEqual({ status: 0, out: text, err: "" });
  const { out } = await runCommand(["demo", "--faults", "--json"]);
  const objects = out.trimEnd().split("\n");
  expect(objects.map((line) => JSON.parse(line))).toEqual(faultObjects());
});

test("a fault that there is not is a usage error", async () => {
  const { status, err } = await runCommand(["demo", "--fault", "earthquake"]);
  expect(status).toBe(64);
  expect(err).toContain("no fault earthquake");
});

test("the demo knows the engine, the drivers and the sandbox from outside only", () => {
  const files = readdirSync(SOURCES);
  expect(files.length).toBeGreaterThan(10);
  const imports = files.flatMap((file) => {
    const text = readFileSync(join(SOURCES, file), "utf8");
    return [...text.matchAll(/from "([^"]+)"/g)].map((match) => match[1] ?? "");
  });
  expect(imports.filter((path) => /\/(?:engine|drivers|sandbox)\//.test(path))).toEqual([]);
});
