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
