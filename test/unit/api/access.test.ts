import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ROUTES } from "../../../src/api/route-list.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});

afterAll(() => api.close());

const GUARDED = ROUTES.filter(({ role }) => role !== "anyone").map(
  ({ method, path, role }) => [method.toUpperCase(), path.replace(/:\w+/g, "op-1"), role] as const,
);

test("only the two questions about life need no token", () => {
  const open = ROUTES.filter(({ role }) => role === "anyone").map(({ path }) => path);
  expect(open).toEqual(["/livez", "/readyz"]);
  expect(GUARDED.length).toBeGreaterThan(15);
});

const BAD: readonly (readonly [string, string | undefined])[] = [
  ["nothing", undefined],
  ["an empty header", ""],
  ["Bearer alone", "Bearer "],
  ["Bearer nothing", "Bearer nothing"],
  ["another scheme", "Basic YWxpY2U6eA=="],
  ["a token that nobody has", `Bearer gl_${"A".repeat(43)}`],
  ["an unsigned JWT", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9."],
  ["much", `Bearer gl_${"A".repeat(8000)}`],
];

test.each(GUARDED)("%s %s refuses who has no valid token", async (method, path) => {
  const bodies = new Set<string>();
  for (const [, authorization] of BAD) {
    const headers = authorization === undefined ? {} : { authorization };
    const { status, headers: got, text } = await api.call(method, path, { headers });
    expect(status).toBe(401);
    expect(got["content-type"]).toMatch(/^application\/problem\+json/);
    expect(got["www-authenticate"]).toBe('Bearer realm="greenlight"');
    bodies.add(text);
  }
  // The same words whatever was wrong.
  expect([...bodies]).toEqual([
    '{"type":"urn:greenlight:error:gl_no_token","title":"No valid token came with the request",' +
      '"status":401,"detail":"send Authorization: Bearer TOKEN","code":"GL_NO_TOKEN",' +
      '"retryable":false,"runbook":"errors.md#gl_no_token"}',
  ]);
});

/** Who may not, by the role that it takes. */
const REFUSED = { operator: ["viewer", "approver"], approver: ["viewer", "operator"] } as const;
const REFUSALS = GUARDED.flatMap(([method, path, role]) =>
  role === "operator" || role === "approver"
    ? REFUSED[role].map((caller) => [method, path, caller] as const)
    : [],
);

test.each(REFUSALS)("%s %s refuses the %s", async (method, path, caller) => {
  const { status, text } = await api.call(method, path, { token: api[caller] });
  expect(status).toBe(403);
  expect(JSON.parse(text)).toMatchObject({ code: "GL_ROLE", retryable: false });
  expect(api.control.told).toEqual([]);
});

test.each(GUARDED)("%s %s lets an admin in", async (method, path, role) => {
  // Each of those that a viewer may ask is asked below; some of them never end by themselves.
  if (role === "viewer") return;
  const { status } = await api.call(method, path, { token: api.admin });
  expect([401, 403, 405, 500]).not.toContain(status);
  api.control.told.length = 0;
});

test.each(GUARDED.filter(([, , role]) => role === "viewer"))(
  "%s %s lets a viewer in",
  async (method, path) => {
    const { status } = await api.call(method, path, { token: api.viewer });
    expect([401, 403, 405, 500]).not.toContain(status);
  },
);

test.each(["/", "/v1", "/v1/nothing", "//v1/applications", "/V1/applications", "/livez/"])(
  "what is not there is refused like what is: %s",
  async (path) => {
    expect((await api.call("GET", path)).status).toBe(401);
    const { status, text } = await api.call("GET", path, { token: api.operator });
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ code: "GL_NO_ROUTE" });
  },
);

test.each(["PUT", "DELETE", "PATCH", "OPTIONS"])("%s is no way in", async (method) => {
  expect((await api.call(method, "/v1/applications")).status).toBe(401);
  const { status, text } = await api.call(method, "/v1/applications", { token: api.operator });
  expect(status).toBe(405);
  expect(JSON.parse(text)).toMatchObject({ code: "GL_METHOD", detail: "it knows GET" });
});

test("a method can't be overridden, and HEAD needs a token too", async () => {
  const headers = { "x-http-method-override": "POST" };
  const { status } = await api.call("GET", "/v1/pause", { token: api.operator, headers });
  expect(status).toBe(405);
  expect((await api.call("HEAD", "/v1/applications")).status).toBe(401);
  expect((await api.call("HEAD", "/v1/applications", { token: api.viewer })).status).toBe(200);
});

test("no token is in the log, a refusal is", async () => {
  await api.call("GET", "/v1/applications", { token: `gl_${"B".repeat(43)}` });
  await api.call("GET", "/v1/applications", { token: api.viewer });
  const log = api.log.join("");
  expect(log.includes('"code":"GL_NO_TOKEN"')).toBe(true);
  expect(log.includes("BBBB")).toBe(false);
  expect(log.includes(api.viewer)).toBe(false);
});
