import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { renderOperation } from "../../../src/cli/render/operation-text.ts";
import { requestDetailOf } from "../../../src/runtime/operation-detail.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";
import { runCommand, tooWide } from "../../fakes/fake-terminal.ts";
import { PLAN } from "../../fakes/operation-story.ts";

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
});

afterEach(() => api.close());

async function greenlight(line: string, token = api.operator) {
  const env = { GREENLIGHT_URL: api.url, GREENLIGHT_TOKEN: token };
  const ran = await runCommand(line.split(" "), { env });
  expect(tooWide(ran.out)).toEqual([]);
  return ran;
}

test.each(["failover", "switchover", "failback"])("%s opens one of its kind", async (kind) => {
  const { status, out } = await greenlight(`${kind} shop --yes`);
  expect([status, out]).toEqual([0, expect.stringMatching(/^op-1 is accepted\./)]);
  expect(api.control.told).toMatchObject([{ open: { application: "shop", kind } }]);
});

test("where others must agree it says until when, and with which command", async () => {
  api.control.awaiting = "op-1";
  const { status, out } = await greenlight("failback shop --yes");
  expect(status).toBe(0);
  expect(out).toBe(
    [
      "op-1 is asked for, and not begun:",
      "  somebody else must approve it until 1970-01-01T00:16:40.000Z",
      "  $ greenlight operation show op-1",
      "  $ greenlight operation approve op-1",
      "",
    ].join("\n"),
  );
  expect(await greenlight("operation approve op-1")).toMatchObject({ status: 77 });
  const approved = await greenlight("operation approve op-1", api.approver);
  expect(approved).toMatchObject({ status: 0, out: expect.stringMatching(/^op-1 is accepted/) });
});

test("a refusal leaves with 4 and says all that is missing", async () => {
  api.control.refusals = ["blue is api-only", "store of blue is fenced, and follows nobody"];
  const { status, err } = await greenlight("failback shop --yes");
  expect(status).toBe(4);
  expect(err).toContain("blue is api-only; store of blue is fenced, and follows nobody\n");
});

test("a move is taken back, and a last one acknowledged", async () => {
  const { status } = await greenlight("operation rollback op-1 --reason wrong-day");
  expect(status).toBe(0);
  const { out } = await greenlight("acknowledge shop");
  expect(out).toBe("The last move of shop is acknowledged: it may move by itself again.\n");
  expect(api.control.told).toMatchObject([
    { rollback: { operation: "op-1", reason: "wrong-day" } },
    { acknowledge: "shop", by: "alice" },
  ]);
});

test("one that awaits approval shows who asked, what to approve, and how", () => {
  const request = {
    plan: PLAN,
    planHash: "5".repeat(64),
    by: "alice",
    reason: "blue is well",
    at: 0,
    expiresAt: 600_000,
    people: 2,
    approvals: [],
  };
  const text = renderOperation(requestDetailOf("op-1", request, 1_000));
  expect(tooWide(text)).toEqual([]);
  expect(text).toMatch(/: awaiting-approval$/m);
  expect(text).toMatch(/^ {2}by +alice$/m);
  expect(text).toMatch(/^ {2}approved by +nobody yet; 2 people must agree$/m);
  expect(text).toMatch(/^ {2}approve +greenlight operation approve op-1$/m);
  const late = renderOperation(requestDetailOf("op-1", request, 600_000));
  expect(late).toMatch(/: expired\n {2}because +nobody else approved it in time$/m);
  expect(late).not.toContain("operation approve");
});
