import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { renderDrills } from "../../../src/cli/render/drill-text.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";
import { runCommand, tooWide } from "../../fakes/fake-terminal.ts";
import { PLAN } from "../../fakes/operation-story.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(() => api.close());

async function greenlight(line: string) {
  const env = { GREENLIGHT_URL: api.url, GREENLIGHT_TOKEN: api.operator };
  const ran = await runCommand(line.split(" "), { env });
  expect(tooWide(ran.out)).toEqual([]);
  return ran;
}

test("list shows each with its next time and what came of the last", async () => {
  const { status, out } = await greenlight("drill list");
  expect(status).toBe(0);
  expect(out).toMatch(/^weekly +shop +2026-06-07T01:30:01/m);
  expect(out.replaceAll(/\s+/g, " ")).toContain(`restored ${PLAN.id}`);
  expect(out.replaceAll(/\s+/g, " ")).toContain("skipped: weekly is due at the same time");
  const { out: json } = await greenlight("drill list -o json");
  expect(JSON.parse(json).drills).toHaveLength(2);
});

test("where there are none, it says so", () => {
  expect(renderDrills([])).toBe("No drill is scheduled: the config has no `drills`.\n");
});

test("next shows the soonest of all, and what is known to forbid it", async () => {
  const { status, out } = await greenlight("drill next --count 3");
  expect(status).toBe(0);
  expect(out.match(/^2026-\S+ +\w+/gm)).toEqual([
    "2026-06-07T01:30:01  weekly",
    "2026-06-07T01:30:01  second",
    "2026-06-14T01:30:01  weekly",
  ]);
  expect(out).toContain("skipped: weekly is due");
});

test("run opens it, asks nobody, and says how to follow it", async () => {
  const { status, out } = await greenlight("drill run weekly --reason because");
  expect(status).toBe(0);
  expect(out).toContain(`greenlight operation watch ${PLAN.id}`);
  expect(api.control.told).toMatchObject([{ open: { kind: "drill", reason: "because" } }]);
});

test("with --wait its outcome is the exit status", async () => {
  const { status, out } = await greenlight("drill run weekly --wait");
  expect(status).toBe(0);
  expect(out).toContain("operation.ended");
});

test.each([
  ["drill run none", 64],
  ["drill next --count 0", 64],
  ["drill next --count many", 64],
])("%s leaves with %i", async (line, expected) => {
  const { status, out, err } = await greenlight(line);
  expect([status, out]).toEqual([expected, ""]);
  expect(err).not.toBe("");
});
