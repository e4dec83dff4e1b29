import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { createVerifier } from "../../../src/adapters/signing/ed25519.ts";
import { canonical } from "../../../src/domain/canonical.ts";
import { checkpointText } from "../../../src/domain/checkpoint.ts";
import { PAGE_POLICY } from "../../../src/runtime/report-page/page.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";
import { tellRehearsal } from "../../fakes/report-story.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
  api.control.tell(tellRehearsal());
});

afterEach(() => api.close());

const get = (path: string, headers = {}) => api.call("GET", path, { token: api.viewer, headers });

test("reports are listed, all or those of a kind", async () => {
  const all = JSON.parse((await get("/v1/reports")).text);
  expect(all.reports).toMatchObject([
    { operation: "op-1", result: "PASS", recoveryTimeMs: 1000 },
    { operation: "op-rehearsal", result: "PASS", outcome: "restored" },
  ]);
  const drills = JSON.parse((await get("/v1/reports?kind=drill&limit=1")).text);
  expect(drills.reports).toHaveLength(1);
  expect((await get("/v1/reports?limit=1001")).status).toBe(400);
});

test("a report is its canonical spelling, byte for byte, and so is what is hashed", async () => {
  const { status, text } = await get("/v1/reports/op-rehearsal");
  expect(status).toBe(200);
  expect(text).toBe(canonical(JSON.parse(text)));
  const { reports } = JSON.parse((await get("/v1/reports?kind=drill")).text);
  expect(sha256(text)).toBe(reports[0].sha256);
});

test.each<[string, string, object]>([
  ["asked for by name", "?format=html", {}],
  ["asked for as browsers do", "", { accept: "text/html,application/xhtml+xml,*/*;q=0.8" }],
])("a page where it is %s, which may only apply its style", async (_, query, headers) => {
  const { text, headers: answered } = await get(`/v1/reports/op-rehearsal${query}`, headers);
  expect(text).toMatch(/^<!doctype html>/);
  expect(answered["content-type"]).toBe("text/html; charset=utf-8");
  expect(answered["content-security-policy"]).toBe(PAGE_POLICY);
  const json = (await get("/v1/reports/op-rehearsal?format=json", headers)).text;
  expect(text).toContain(sha256(json));
});

test("there is no report of what there is not", async () => {
  expect((await get("/v1/reports/none")).status).toBe(404);
  expect((await get("/v1/reports/op-1?format=pdf")).status).toBe(400);
});

test("the public key checks the signature of the newest head", async () => {
  const { publicKey, key } = JSON.parse((await get("/v1/audit/key")).text);
  const { signature, ...checkpoint } = JSON.parse((await get("/v1/audit/checkpoint")).text);
  expect(checkpoint.key).toBe(key);
  expect(createVerifier(publicKey).verify(checkpointText(checkpoint), signature)).toBe(true);
});
