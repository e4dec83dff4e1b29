import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createPrivatePem, createSigner } from "../../../src/adapters/signing/ed25519.ts";
import { GreenlightError } from "../../../src/domain/errors.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";
import { type RunOptions, runCommand, tooWide } from "../../fakes/fake-terminal.ts";
import { PLAN, tellHeldAndResumed, tellUndone } from "../../fakes/operation-story.ts";

let api: TestApi;
let directory: string;

beforeEach(async () => {
  api = await startTestApi();
  directory = mkdtempSync(join(tmpdir(), "greenlight-cli-"));
});

afterEach(async () => {
  rmSync(directory, { recursive: true });
  await api.close();
});

async function greenlight(line: string, options: RunOptions = {}) {
  const env = { GREENLIGHT_URL: api.url, GREENLIGHT_TOKEN: api.operator };
  const ran = await runCommand(line.split(" "), { env, ...options });
  // An error is one line, however long, so that it can be searched for.
  expect(line.includes("audit export") ? [] : tooWide(ran.out)).toEqual([]);
  return ran;
}

test("status says who is primary and how the clusters are", async () => {
  await greenlight("pause shop");
  const { status, out } = await greenlight("status");
  expect(status).toBe(0);
  expect(out).toBe(
    [
      "APPLICATION  PRIMARY  EPOCH  OPERATION  CLUSTERS",
      "shop         green    5      -          blue site-loss, green healthy",
      "shop is paused by alice: not said",
      "",
    ].join("\n"),
  );
  const { out: json } = await greenlight("status -o json");
  expect(JSON.parse(json).applications[0]).toMatchObject({ name: "shop", primary: "green" });
});

test("explain says why not, guard by guard", async () => {
  const { status, out } = await greenlight("explain shop");
  expect(status).toBe(0);
  expect(out).toMatch(/^shop is on blue: it needs a human to move to green\./);
  expect(out).toMatch(/^ {2}cooldown +\S/m);
  expect(out).toMatch(/^ {2}fencing +passed$/m);
});

test("explain says of a kind whether it would be accepted, and every reason why not", async () => {
  const accepted = await greenlight("explain shop --kind failback");
  expect(accepted.out).toMatch(
    /^A failback of shop from blue to green would be accepted now, and begins once 2\npeople agree\.\n\nshop is on blue/,
  );
  api.control.refusals = ["store of green has no link to its primary", "paused by alice: works"];
  const { status, out } = await greenlight("explain shop --kind failback");
  expect(status).toBe(0);
  expect(out).toMatch(
    /would be refused now:\n {2}- store of green.*\n {2}- paused by alice: works\n/,
  );
  const { out: json } = await greenlight("explain shop --kind failback -o json");
  expect(JSON.parse(json).request).toMatchObject({ kind: "failback", people: 2 });
});

test("plan shows the steps and leaves with 2 where there is something to do", async () => {
  const { status, out } = await greenlight("plan shop failover");
  expect(status).toBe(2);
  expect(out).toContain("  scale-shop: scale shop on green\n");
  expect(out).toContain("    now      0 replicas, not 3\n");
  expect(out).toContain("2 of 7 steps have something to do.\n");
  expect((await greenlight("failover shop --dry-run -o json")).status).toBe(2);
  expect(api.control.told).toEqual([]);
});

test("an unsafe plan, and a refusal, leave with their own status", async () => {
  const unsafe = await greenlight("plan shop unsafe");
  expect(unsafe).toMatchObject({ status: 78, out: "" });
  expect(unsafe.err).toBe(
    "greenlight: GL_PLAN_UNSAFE: The plan breaks a safety rule: scale comes too late\n" +
      "what to do: runbooks/errors.md#gl_plan_unsafe\n",
  );
  api.control.failure = new GreenlightError("GL_REFUSED", "paused by alice");
  expect(await greenlight("failover shop --yes")).toMatchObject({ status: 4 });
});

test("a failover is confirmed first, and then opened once", async () => {
  const nobody = await greenlight("failover shop");
  expect(nobody.status).toBe(64);
  expect(nobody.err).toContain("add --yes");
  expect(await greenlight("failover shop", { answer: false })).toMatchObject({ status: 64 });
  expect(api.control.told).toEqual([]);
  const { status, out } = await greenlight("failover shop --reason fire", { answer: true });
  expect([status, out.split("\n")[0]]).toEqual([0, "op-1 is accepted."]);
  const { status: other } = await greenlight("operation start shop failover --yes -o json");
  expect(other).toBe(0);
  const keys = api.control.told.map((told) => (told as { open: OpenTold }).open.idempotencyKey);
  expect(new Set(keys).size).toBe(2);
});

interface OpenTold {
  readonly idempotencyKey: string;
}

test("--wait tells what happens and leaves with the outcome's status", async () => {
  const done = await greenlight("failover shop --yes --wait");
  expect(done.status).toBe(0);
  expect(done.out).toMatch(/^ +\+0\.000 s {2}operation\.opened/);
  expect(done.out).toMatch(/operation\.ended +succeeded\n$/);
  api.control.tell(tellUndone({ ...PLAN, id: "op-2" }));
  const undone = await greenlight("operation watch op-2");
  expect(undone.status).toBe(3);
  const held = tellHeldAndResumed({ ...PLAN, id: "op-3" });
  api.control.tell(held);
  api.control.cut("op-3", "operation.resumed");
  const stopped = await greenlight("operation watch op-3");
  expect(stopped.status).toBe(5);
  expect(stopped.err).toContain("greenlight operation resume op-3");
});

test("operations are listed and shown, resumed and aborted", async () => {
  const { out: list } = await greenlight("operation list --application shop --limit 5");
  expect(list).toMatch(/^ID {4}KIND {6}OPENED {12}STATE {6}APPLICATION\nop-1 {2}failover/);
  const { out: one } = await greenlight("operation show op-1");
  expect(one).toMatch(/^failover of shop from blue to green: succeeded\n/);
  expect(one).toMatch(/^fence-shop +reached +29 ms$/m);
  expect((await greenlight("operation resume op-1")).out).toBe("op-1: resume is accepted.\n");
  expect((await greenlight("operation abort op-1 --wait")).status).toBe(0);
  expect(api.control.told).toEqual([
    { resume: "op-1", by: "alice" },
    { abort: "op-1", by: "alice" },
  ]);
});

test("pause and unpause, one or all", async () => {
  expect((await greenlight("pause shop --reason works")).out).toBe("shop is paused.\n");
  expect((await greenlight("unpause")).out).toBe("every application is not paused.\n");
  expect(api.control.told).toEqual([
    { pause: "shop", by: "alice", reason: "works" },
    { unpause: undefined, by: "alice" },
  ]);
});

test("a report comes from the API, or from an exported journal, and is the same", async () => {
  const { out: shown } = await greenlight("report show op-1");
  expect(shown).toMatch(/^PASS {2}shop: failover from blue to green\n/);
  const journal = join(directory, "journal.jsonl");
  writeFileSync(journal, (await greenlight("audit export")).out);
  const offline = { env: {} };
  expect((await greenlight(`report show op-1 --journal ${journal}`, offline)).out).toBe(shown);
  expect(await greenlight(`report show op-9 --journal ${journal}`, offline)).toMatchObject({
    status: 64,
  });
});

test("no report is made from a journal that was changed", async () => {
  const journal = join(directory, "journal.jsonl");
  const whole = (await greenlight("audit export")).out;
  writeFileSync(journal, whole.replace('"replicas":3', '"replicas":4'));
  const shown = await greenlight(`report show op-1 --journal ${journal} --format html`, {
    env: {},
  });
  expect(shown).toMatchObject({ status: 64, out: "" });
  expect(shown.err).toMatch(/GL_INVALID: .* is not as it was written: op-1 record \d+ was changed/);
  writeFileSync(journal, `${whole}{}\n`);
  const added = await greenlight(`report show op-1 --journal ${journal}`, { env: {} });
  expect(added.err).toMatch(/line \d+ is no record of a journal/);
});

test("with a key, a journal that no checkpoint signs is broken", async () => {
  const journal = join(directory, "journal.jsonl");
  writeFileSync(journal, "");
  const key = createSigner(createPrivatePem()).publicKey;
  const { status, out } = await greenlight(`audit verify ${journal} --key ${key}`, { env: {} });
  expect(status).toBe(3);
  expect(out).toMatch(/^ledger: has no checkpoint that key \S+ signed$/m);
  expect(out).not.toContain("no signature was checked");
  expect(await greenlight(`audit verify ${journal}`, { env: {} })).toMatchObject({ status: 0 });
});

test("audit verify finds what was changed, cut or added", async () => {
  const whole = (await greenlight("audit export")).out;
  const good = await greenlight("audit verify");
  expect(good.status).toBe(0);
  const head = /^head ([0-9a-f]{64})$/m.exec(good.out)?.[1];
  const file = join(directory, "journal.jsonl");
  const verify = async (text: string) => {
    writeFileSync(file, text);
    return await greenlight(`audit verify ${file} --head ${head}`, { env: {} });
  };
  expect(await verify(whole)).toMatchObject({ status: 0 });
  const changed = await verify(whole.replace('"replicas":3', '"replicas":4'));
  expect(changed.status).toBe(3);
  expect(changed.out).toMatch(/^op-1 record \d+: was changed/m);
  const cut = await verify(whole.split("\n").slice(0, 3).join("\n"));
  expect(cut.out).toContain("the journal: never had the head");
  expect(await verify(`${whole}{}\n`)).toMatchObject({ status: 3 });
});

test("what is away, and who is not let in, have their own status", async () => {
  const away = { GREENLIGHT_URL: "http://127.0.0.1:1", GREENLIGHT_TOKEN: "gl_x" };
  const none = await greenlight("status", { env: away });
  expect(none.status).toBe(69);
  expect(none.err).toContain("ECONNREFUSED");
  expect(await greenlight("status", { env: {} })).toMatchObject({ status: 77 });
  const bad = { GREENLIGHT_URL: api.url, GREENLIGHT_TOKEN: "gl_x" };
  expect(await greenlight("status", { env: bad })).toMatchObject({ status: 77 });
  const viewer = { GREENLIGHT_URL: api.url, GREENLIGHT_TOKEN: api.viewer };
  expect(await greenlight("pause", { env: viewer })).toMatchObject({ status: 77 });
  const no = { GREENLIGHT_URL: "ftp://here", GREENLIGHT_TOKEN: "gl_x" };
  expect(await greenlight("status", { env: no })).toMatchObject({ status: 64 });
  expect(await greenlight("explain none")).toMatchObject({ status: 64 });
});
