import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { createPrivatePem, createSigner } from "../../../src/adapters/signing/ed25519.ts";
import { renderJournal } from "../../../src/domain/journal-text.ts";
import { Notary } from "../../../src/engine/notary.ts";
import { startTestApi, type TestApi } from "../../fakes/api-server.ts";
import { runCommand, tooWide } from "../../fakes/fake-terminal.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { PLAN, tellSuccess, tellUndone } from "../../fakes/operation-story.ts";
import { tellRehearsal } from "../../fakes/report-story.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

let api: TestApi;
let directory: string;

beforeEach(async () => {
  api = await startTestApi();
  api.control.tell(tellRehearsal());
  directory = mkdtempSync(join(tmpdir(), "greenlight-cli-"));
});

afterEach(async () => {
  rmSync(directory, { recursive: true });
  await api.close();
});

const greenlight = (...args: readonly string[]) =>
  runCommand(args, { env: { GREENLIGHT_URL: api.url, GREENLIGHT_TOKEN: api.viewer } });

test("report list says what came of each", async () => {
  const { out } = await greenlight("report", "list", "--kind", "drill");
  expect(out).toMatch(/^op-rehearsal\s+drill\s+PASS\s+2026-11-22T15:00\s+360 ms, 40 ms$/m);
  expect(tooWide(out)).toEqual([]);
});

test("report show prints the record byte for byte, and the page that bears its hash", async () => {
  const json = await greenlight("report", "show", "op-rehearsal", "--format", "json");
  const html = await greenlight("report", "show", "op-rehearsal", "--format", "html");
  expect(html.out).toContain(sha256(json.out));
  expect((await greenlight("report", "show", "op-1", "--format", "pdf")).status).toBe(64);
});

test("the public key and the newest signed head are printed", async () => {
  const { publicKey, key } = api.control.signer;
  expect((await greenlight("audit", "key")).out).toBe(`${publicKey}\n`);
  const { out } = await greenlight("audit", "checkpoint");
  expect(out).toContain(`by key ${key}`);
  expect(tooWide(out)).toEqual([]);
});

test("a journal is verified offline, and what that proves is said", async () => {
  const { file, publicKey } = await journalFile();
  const { status, out } = await runCommand(["audit", "verify", file, "--key", publicKey]);
  expect([status, out.includes("all as they were written")]).toEqual([0, true]);
  const words = out.replaceAll(/\s+/g, " ");
  expect(words).toContain("proves up to ledger record 2, signed at 2026-");
  expect(words).toContain(
    "does not prove who wrote the ledger's notes after it: 2 of them, of op-2",
  );
  expect(words).toContain("does not prove that nothing was cut off after that checkpoint");
  expect(tooWide(out)).toEqual([]);
  const key = join(directory, "key.pub");
  writeFileSync(key, `${publicKey}\n`);
  expect((await runCommand(["audit", "verify", file, "--key", key])).status).toBe(0);
});

test("another key, or none that can be read, is said", async () => {
  const { file } = await journalFile();
  const other = createSigner(createPrivatePem()).publicKey;
  const { status, out } = await runCommand(["audit", "verify", file, "--key", other]);
  expect([status, out.includes("has no checkpoint that key")]).toEqual([3, true]);
  const bad = join(directory, "bad.pub");
  writeFileSync(bad, "not a key");
  expect((await runCommand(["audit", "verify", file, "--key", bad])).status).toBe(64);
});

test("a kept head finds what was cut off of any stream, and a file of it tells where", async () => {
  const { file, lines } = await watchedFile();
  const cli = (...args: readonly string[]) => runCommand(["audit", "verify", ...args]);
  const json = await cli(file, "-o", "json");
  const heads = join(directory, "head.json");
  writeFileSync(heads, json.out);
  const { head, heads: byStream } = JSON.parse(json.out);
  expect(Object.keys(byStream).toSorted()).toEqual(["application-shop", "ledger"]);
  for (const given of [head, heads]) {
    const { status, out } = await cli(file, "--head", given);
    expect([given, status]).toEqual([given, 0]);
    const words = out.replaceAll(/\s+/g, " ");
    expect(words).toContain("up to the given head, nothing in every stream was changed or cut off");
    expect(words).not.toContain("--head");
    expect(tooWide(out)).toEqual([]);
  }
  const cut = join(directory, "cut.jsonl");
  const isLast = (line: string) => line.includes('"cluster":"number-3"');
  writeFileSync(cut, lines.filter((line) => !isLast(line)).join("\n"));
  expect((await cli(cut)).status).toBe(0);
  expect(await cli(cut, "--head", head)).toMatchObject({
    status: 3,
    out: expect.stringContaining(`the journal: never had the head\n${head}`),
  });
  const located = await cli(cut, "--head", heads);
  expect([located.status, located.out.replaceAll(/\s+/g, " ")]).toEqual([
    3,
    expect.stringContaining(
      "application-shop record 3: is missing, the given head has it: the last here is record 2",
    ),
  ]);
});

test("a kept head is still there in a journal that has grown; one of the ledger alone says so", async () => {
  const { file, lines } = await watchedFile();
  const early = join(directory, "early.jsonl");
  writeFileSync(early, `${lines.slice(0, -2).join("\n")}\n`);
  const cli = (...args: readonly string[]) => runCommand(["audit", "verify", ...args]);
  const json = await cli(early, "-o", "json");
  const heads = join(directory, "head.json");
  writeFileSync(heads, json.out);
  const { head } = JSON.parse(json.out);
  for (const given of [head, heads])
    expect([given, (await cli(file, "--head", given)).status]).toEqual([given, 0]);
  expect(JSON.parse((await cli(file, "-o", "json")).out).head).not.toBe(head);
  const ofLedger = lines.map((line) => JSON.parse(line)).findLast((one) => one.stream === "ledger");
  const { status, out } = await cli(file, "--head", ofLedger.hash);
  expect([status, out.replaceAll(/\s+/g, " ")]).toEqual([
    0,
    expect.stringContaining("the given head is of the ledger alone"),
  ]);
  const other = lines.with(0, lines[0]?.replace('"seq":1', '"seq":7') ?? "");
  const swapped = join(directory, "swapped.jsonl");
  writeFileSync(swapped, other.join("\n"));
  expect((await cli(swapped, "--head", heads)).status).toBe(3);
  expect((await cli(file, "--head", file)).status).toBe(64);
});

/** An operation, between and after what was seen of its application; its lines as exported. */
async function watchedFile(): Promise<{ readonly file: string; readonly lines: string[] }> {
  const journal = new MemoryJournal();
  const see = (cluster: string) =>
    journal.append({
      type: "suspicion.cleared",
      cluster,
      stream: "application-shop",
      epoch: 0,
      at: 1,
    });
  await see("number-1");
  for (const { seq: _, previous: __, hash: ___, ...draft } of tellSuccess().events)
    await journal.append(draft);
  await see("number-2");
  await see("number-3");
  const text = renderJournal((await journal.follow(0, 1000)).events);
  const file = join(directory, "watched.jsonl");
  writeFileSync(file, text);
  return { file, lines: text.trimEnd().split("\n") };
}

/** Two operations, signed after the first. */
async function journalFile(): Promise<{ readonly file: string; readonly publicKey: string }> {
  const journal = new MemoryJournal();
  const signer = createSigner(createPrivatePem());
  const notary = new Notary({
    clock: new VirtualClock(),
    journal,
    signer,
    signal: new AbortController().signal,
    applications: [],
    onTrouble: () => undefined,
  });
  for (const story of [tellSuccess(), tellUndone({ ...PLAN, id: "op-2" })]) {
    for (const { seq: _, previous: __, hash: ___, ...draft } of story.events)
      await journal.append(draft);
    if (story.plan.id === PLAN.id) await notary.sign();
  }
  const file = join(directory, "journal.jsonl");
  writeFileSync(file, renderJournal((await journal.follow(0, 1000)).events));
  return { file, publicKey: signer.publicKey };
}
