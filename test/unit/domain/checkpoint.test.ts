import { expect, test } from "@jest/globals";
import {
  createPrivatePem,
  createSigner,
  createVerifier,
} from "../../../src/adapters/signing/ed25519.ts";
import { canonical } from "../../../src/domain/canonical.ts";
import { whyBroken } from "../../../src/domain/chain.ts";
import { checkCheckpoints } from "../../../src/domain/checkpoint.ts";
import { type JournalEvent, LEDGER } from "../../../src/domain/event.ts";
import { Notary } from "../../../src/engine/notary.ts";
import { sha256 } from "../../fakes/journal-story.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { PLAN, tellSuccess, tellUndone } from "../../fakes/operation-story.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const signer = createSigner(createPrivatePem());
const verifier = createVerifier(signer.publicKey);
const check = (events: readonly JournalEvent[]) => checkCheckpoints(events, verifier);
const whats = (events: readonly JournalEvent[]) =>
  [...whyBroken(events, sha256), ...check(events).broken].map(
    ({ stream, seq, what }) => `${stream} ${seq} ${what}`,
  );

/** Two operations and what was seen of the application; signed after the first one. */
async function tell(): Promise<readonly JournalEvent[]> {
  const journal = new MemoryJournal();
  const clock = new VirtualClock();
  const notary = new Notary({
    clock,
    journal,
    signer,
    signal: new AbortController().signal,
    applications: ["shop"],
    onTrouble: (error) => {
      throw error;
    },
  });
  const seen = { type: "suspicion.cleared", cluster: "blue", epoch: 1, at: 3 } as const;
  await journal.append({ ...seen, stream: "application-shop" });
  for (const event of tellSuccess().events) await journal.append(draftOf(event));
  await notary.sign();
  await notary.sign();
  await journal.append({ ...seen, stream: "application-shop" });
  for (const event of tellUndone({ ...PLAN, id: "op-2" }).events)
    await journal.append(draftOf(event));
  return (await journal.follow(0, 1000)).events;
}

test("what is signed is proven up to there, and what came after is named", async () => {
  const events = await tell();
  expect(whats(events)).toEqual([]);
  expect(check(events)).toMatchObject({
    checkpoints: 1,
    newest: { seq: 3, signed: 2 },
    unsigned: 2,
    unsignedOperations: ["op-2"],
  });
});

test.each<[string, (events: JournalEvent[]) => readonly JournalEvent[], string]>([
  ["an edit", (all) => edit(all, 3), "op-1 3 was changed: its hash is of other content"],
  ["a deletion", (all) => all.filter((event) => !isAt(event, "op-1", 4)), "op-1 5 follows a gap"],
  [
    "a swap",
    (all) => swap(all, "op-1", 4, 5),
    "op-1 4 stands after record 5: out of its place, or there twice",
  ],
  [
    "a truncation of an operation",
    (all) => all.filter(({ stream, seq }) => stream !== "op-1" || seq < 9),
    "is missing; ledger 2 noted it",
  ],
  [
    "a truncation of what was seen",
    (all) => all.filter(({ stream }) => stream !== "application-shop"),
    "ledger 3 signed application-shop record 1, which is missing",
  ],
  [
    "a truncation of the ledger, up to before the checkpoint",
    (all) => all.filter(({ stream, seq }) => stream !== LEDGER || seq < 3),
    `has no checkpoint that key ${signer.key} signed`,
  ],
])("%s is located", async (_, tamper, what) => {
  const found = whats(tamper([...(await tell())]));
  expect(found.join("\n")).toContain(what);
});

test("a journal made anew, hashes and all, is not signed by the key", async () => {
  const forged = rechain(
    (await tell()).map((event) =>
      event.type === "operation.ended" ? { ...event, outcome: "succeeded" as const, at: 7 } : event,
    ),
  );
  expect(whyBroken(forged, sha256).filter(({ stream }) => stream === "op-1")).toEqual([]);
  const found = check(forged).broken.map(({ what }) => what);
  expect(found).toContain("signed ledger record 2, which is another one now");
  const other = createVerifier(createSigner(createPrivatePem()).publicKey);
  expect(checkCheckpoints(await tell(), other)).toMatchObject({ checkpoints: 1, newest: null });
});

test("a signature of other content is none", async () => {
  const events = (await tell()).map((event) =>
    event.type === "ledger.signed" ? { ...event, at: event.at + 1 } : event,
  );
  expect(check(events).broken[0]?.what).toContain("bears a signature that is not of its content");
});

test.each<[string, (events: readonly JournalEvent[]) => readonly JournalEvent[]]>([
  ["with nothing in it", () => []],
  ["without a ledger", (all) => all.filter(({ stream }) => stream !== LEDGER)],
])("a journal %s has nothing that the key proves", async (_, strip) => {
  const what = `has no checkpoint that key ${signer.key} signed`;
  expect(check(strip(await tell()))).toMatchObject({
    broken: [{ stream: LEDGER, seq: 0, what }],
    checkpoints: 0,
    newest: null,
  });
});

function draftOf(event: JournalEvent) {
  const { seq: _, previous: __, hash: ___, ...draft } = event;
  return draft;
}

function isAt(event: JournalEvent, stream: string, seq: number): boolean {
  return event.stream === stream && event.seq === seq;
}

function edit(events: readonly JournalEvent[], seq: number): readonly JournalEvent[] {
  return events.map((event) => (isAt(event, "op-1", seq) ? { ...event, at: event.at + 1 } : event));
}

function swap(events: readonly JournalEvent[], stream: string, one: number, other: number) {
  const [a, b] = [one, other].map((seq) => events.findIndex((event) => isAt(event, stream, seq)));
  return events.map((event, i) =>
    i === a ? events[b ?? 0] : i === b ? events[a ?? 0] : event,
  ) as JournalEvent[];
}

/** As someone would who can write all of it, but has no key. */
function rechain(events: readonly JournalEvent[]): readonly JournalEvent[] {
  const heads = new Map<string, string>();
  const hashes = new Map<string, string>();
  return events.map((event) => {
    const { hash: _, ...rest } = event;
    const noted =
      rest.type === "ledger.noted"
        ? { ...rest, notedHash: hashes.get(`${rest.noted} ${rest.operation}`) ?? rest.notedHash }
        : rest;
    const whole = { ...noted, previous: heads.get(event.stream) ?? event.previous };
    const hash = sha256(canonical(whole));
    heads.set(event.stream, hash);
    hashes.set(`${event.seq} ${event.stream}`, hash);
    return { ...whole, hash } as JournalEvent;
  });
}
