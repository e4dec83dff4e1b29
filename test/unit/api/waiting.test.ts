import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ROUTES } from "../../../src/api/route-list.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";

const WHY = "the database is waited for";
let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
  api.waits(WHY);
});

afterAll(() => api.close());

const BODIES: Readonly<Record<string, unknown>> = {
  "/v1/applications/:name/plan": { kind: "failover" },
  "/v1/operations": { application: "shop", kind: "failover", reason: "the rack is on fire" },
  "/v1/pause": { reason: "the rack is on fire" },
};

const GUARDED = ROUTES.filter(({ role }) => role !== "anyone").map(
  ({ method, path }) => [method.toUpperCase(), path] as const,
);

test.each(GUARDED)(
  "%s %s is away until there is something to answer from",
  async (method, path) => {
    const { status, text } = await api.call(method, path.replace(/:\w+/g, "op-1"), {
      token: api.admin,
      headers: { "idempotency-key": "one" },
      ...(method === "POST" && { json: BODIES[path] ?? {} }),
    });
    expect([status, JSON.parse(text)]).toEqual([
      503,
      {
        type: "urn:greenlight:error:gl_storage_away",
        title: "The storage does not answer",
        status: 503,
        detail: WHY,
        code: "GL_STORAGE_AWAY",
        retryable: true,
        runbook: "errors.md#gl_storage_away",
      },
    ]);
  },
);

test("it lives meanwhile, and says why it is not ready; who has no token is told nothing else", async () => {
  expect((await api.call("GET", "/livez")).status).toBe(200);
  const { status, text } = await api.call("GET", "/readyz");
  expect([status, JSON.parse(text)]).toEqual([503, { why: WHY }]);
  expect((await api.call("GET", "/v1/applications")).status).toBe(401);
});

test("then it answers", async () => {
  api.waits(undefined);
  expect((await api.call("GET", "/readyz")).status).toBe(200);
  expect((await api.call("GET", "/v1/applications", { token: api.viewer })).status).toBe(200);
});
