import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";
import { PLAN } from "../../fakes/operation-story.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(() => api.close());

const RUNS = "/v1/drills/weekly/runs";

async function call(method: "GET" | "POST", path: string, options: object = {}) {
  const { status, text } = await api.call(method, path, { token: api.operator, ...options });
  return { status, body: JSON.parse(text) };
}

test("a viewer sees each drill with its next times and what came of the last ones", async () => {
  const { status, body } = await call("GET", "/v1/drills?next=2", { token: api.viewer });
  expect(status).toBe(200);
  expect(body.drills).toMatchObject([
    {
      name: "weekly",
      cron: "30 3 * * SUN",
      next: [{}, {}],
      last: [{ outcome: "fired", operation: PLAN.id, state: "restored" }, { outcome: "missed" }],
    },
    { name: "second", last: [{ outcome: "skipped", reason: expect.any(String) }] },
  ]);
  const { body: one } = await call("GET", "/v1/drills");
  expect(one.drills[0].next).toHaveLength(1);
});

test.each(["-1", "101", "x", "1.5"])("%s is no number of next times", async (next) => {
  expect(await call("GET", `/v1/drills?next=${next}`)).toMatchObject({
    status: 400,
    body: { code: "GL_INVALID", errors: [{ pointer: "/next" }] },
  });
});

test("an operator runs one, once for each key", async () => {
  const options = { headers: { "idempotency-key": "k1" }, json: { reason: "to show it" } };
  const first = await call("POST", RUNS, options);
  expect(first).toMatchObject({ status: 202, body: { operation: PLAN.id } });
  expect(await call("POST", RUNS, options)).toEqual(first);
  const { told } = api.control;
  expect(told).toEqual([
    { open: expect.objectContaining({ kind: "drill", by: "alice", reason: "to show it" }) },
  ]);
});

test("refused: without a key, by a viewer, of one that there is not", async () => {
  expect(await call("POST", RUNS)).toMatchObject({ status: 400, body: { code: "GL_INVALID" } });
  const headers = { "idempotency-key": "k1" };
  expect(await call("POST", RUNS, { headers, token: api.viewer })).toMatchObject({
    status: 403,
    body: { code: "GL_ROLE" },
  });
  expect(await call("POST", "/v1/drills/none/runs", { headers })).toMatchObject({
    status: 404,
    body: { code: "GL_UNKNOWN", detail: "there is no drill none" },
  });
  expect(api.control.told).toEqual([]);
});
