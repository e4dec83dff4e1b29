import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});

afterAll(() => api.close());

const JSON_TYPE = { "content-type": "application/json" };

async function post(text: string, headers: Record<string, string> = JSON_TYPE, path = "/v1/pause") {
  const { status, text: answer } = await api.call("POST", path, {
    token: api.operator,
    headers,
    text,
  });
  const { code, errors, detail } = JSON.parse(answer);
  return { status, code, errors, detail };
}

test.each<[string, string, readonly [string, string][]]>([
  ["nothing", "", [["/reason", "is missing"]]],
  ["no object", "[]", [["", "must be a mapping, not a list"]]],
  ["null", "null", [["", "must be a mapping, not empty"]]],
  ["a wrong type", '{"reason": 5}', [["/reason", "must be a string, not a number"]]],
  [
    "unknown keys, and one that needs escapes",
    '{"reason":"x","all":true,"a/b~c":1}',
    [
      ["/all", "unknown key"],
      ["/a~1b~0c", "unknown key"],
    ],
  ],
  ["too little", '{"reason":""}', [["/reason", "must not be empty"]]],
  [
    "too much",
    `{"reason":"${"x".repeat(501)}"}`,
    [["/reason", "must have at most 500 characters"]],
  ],
  ["lines", '{"reason":"a\\r\\nb"}', [["/reason", "must be one line of plain text"]]],
  ["an escape", '{"reason":"a\\u001b[31m"}', [["/reason", "must be one line of plain text"]]],
  ["a turned text", '{"reason":"a\\u202eb"}', [["/reason", "must be one line of plain text"]]],
  ["a key twice", '{"reason":"x","reason":"y"}', [["", "has a key twice"]]],
  ["a key twice, spelt twice", '{"reason":"x","re\\u0061son":"y"}', [["", "has a key twice"]]],
  [
    "a prototype",
    '{"reason":"x","__proto__":{"polluted":true}}',
    [["", "the key __proto__ is not allowed"]],
  ],
  [
    "a constructor, deep",
    '{"reason":"x","a":[{"constructor":{}}]}',
    [["", "the key constructor is not allowed"]],
  ],
  ["depth", `{"reason":${"[".repeat(21)}${"]".repeat(21)}}`, [["", "is nested deeper than 20"]]],
  ["great depth", "[".repeat(30_000) + "]".repeat(30_000), [["", "is nested deeper than 20"]]],
  [
    "a list without end",
    `{"reason":[${"1,".repeat(30_000)}1]}`,
    [["/reason", "must be a string, not a list"]],
  ],
])("a body is refused that has %s", async (_, text, errors) => {
  const answer = await post(text);
  expect(answer).toMatchObject({ status: 400, code: "GL_INVALID" });
  expect(answer.errors).toEqual(errors.map(([pointer, detail]) => ({ pointer, detail })));
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  expect(api.control.told).toEqual([]);
});

test("what is no JSON is refused", async () => {
  expect(await post("{reason: x}")).toMatchObject({
    status: 400,
    detail: "in the body: it is not JSON",
  });
  expect(await post('{"reason":"x"')).toMatchObject({ status: 400 });
  expect(await post("\uFEFF{}")).toMatchObject({ status: 400 });
});

test.each<[string, Record<string, string>]>([
  ["no type", {}],
  ["a form", { "content-type": "application/x-www-form-urlencoded" }],
  ["text, as a page of another site would send", { "content-type": "text/plain" }],
  ["another charset", { "content-type": "application/json; charset=utf-16" }],
  ["an encoding", { ...JSON_TYPE, "content-encoding": "br" }],
])("only JSON in UTF-8 is read, not %s", async (_, headers) => {
  const answer = await post('{"reason":"x"}', headers);
  expect(answer).toMatchObject({ status: 415, code: "GL_MEDIA_TYPE" });
});

test("a body may not be large, packed or not", async () => {
  const large = `{"reason":"${"x".repeat(70_000)}"}`;
  expect(await post(large)).toMatchObject({ status: 413, code: "GL_TOO_LARGE" });
  const packed = gzipSync(large).toString("latin1");
  const headers = { ...JSON_TYPE, "content-encoding": "gzip" };
  expect(await post(packed, headers)).toMatchObject({ status: 415, code: "GL_MEDIA_TYPE" });
});

test("where nothing is wanted, nothing may be there", async () => {
  const answer = await post('{"force":true}', JSON_TYPE, "/v1/operations/op-1/abort");
  expect(answer.errors).toEqual([{ pointer: "/force", detail: "unknown key" }]);
});

test.each<[string, string, string]>([
  ["/v1/operations?limit=0", "/limit", "must be at least 1"],
  ["/v1/operations?limit=many", "/limit", "must be a number, not a string"],
  ["/v1/operations?limit=1&limit=2", "/limit", "must be a number, not a list"],
  ["/v1/operations?a[__proto__]=1", "/a[__proto__]", "unknown key"],
  ["/v1/events?wait=31", "/wait", "must be at most 30"],
  ["/v1/events?after=-1", "/after", "must be at least 0"],
  ["/v1/applications?x=1", "/x", "unknown key"],
])("a query is refused: %s", async (path, pointer, detail) => {
  const { status, text } = await api.call("GET", path, { token: api.viewer });
  expect([status, JSON.parse(text).errors]).toEqual([400, [{ pointer, detail }]]);
});
