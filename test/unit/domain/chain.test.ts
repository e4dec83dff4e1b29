import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonical } from "../../../src/domain/canonical.ts";
import { whyBroken } from "../../../src/domain/chain.ts";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { parseJournal, renderJournal } from "../../../src/domain/journal-text.ts";
import { JournalStory, sha256 } from "../../fakes/journal-story.ts";
import { PLAN, tellSuccess, tellUndone } from "../../fakes/operation-story.ts";

const success = tellSuccess();
const other = tellUndone({ ...PLAN, id: "op-2" });
const journal = success.journal;
const ledger = journal.filter((event) => event.stream === "ledger");
const last = success.events.length;
const judge = (events: readonly JournalEvent[]) =>
  whyBroken(events, sha256).map(({ stream, seq, what }) => `${stream} ${seq} ${what}`);

/** The journal with records of its operation replaced, by seq. */
const edit = (how: (event: JournalEvent) => readonly JournalEvent[]) => [
  ...success.events.flatMap(how),
  ...ledger,
];
const drop = (isGone: (seq: number) => boolean) =>
  edit((event) => (isGone(event.seq) ? [] : [event]));

/** As someone would who can compute hashes. */
const seal = (event: JournalEvent): JournalEvent => ({
  ...event,
  hash: sha256(canonical({ ...event, hash: undefined })),
});
const rechain = (events: readonly JournalEvent[]): readonly JournalEvent[] => {
  let previous = "0".repeat(64);
  return events.map((event, i) => {
    const sealed = seal({ ...event, seq: i + 1, previous });
    previous = sealed.hash;
    return sealed;
  });
};

test("an untouched journal of several streams is whole, however the streams mix", () => {
  const watched = new JournalStory({ ...PLAN, id: "application-shop" });
  watched.tell(0, { type: "application.adopted", primary: "blue", epoch: 0 });
  expect(judge([...journal, ...watched.journal])).toEqual([]);
  expect(judge([...journal].sort((one, two) => one.stream.localeCompare(two.stream)))).toEqual([]);
  expect(judge([])).toEqual([]);
});

test.each<[string, readonly JournalEvent[], readonly string[]]>([
  [
    "a record changed",
    edit((event) => [event.seq === 4 ? { ...event, at: event.at + 1 } : event]),
    ["op-1 4 was changed: its hash is of other content"],
  ],
  [
    "a record changed, with its hash",
    edit((event) => [event.seq === 4 ? seal({ ...event, at: event.at + 1 }) : event]),
    ["op-1 5 does not follow record 4 as it is"],
  ],
  [
    "a record deleted",
    drop((seq) => seq === 4),
    ["op-1 5 follows a gap: the last before it is record 3"],
  ],
  [
    "the first record deleted",
    drop((seq) => seq === 1),
    [
      "op-1 2 follows a gap: the last before it is record 0",
      "op-1 0 begins with no operation.opened",
      "op-1 1 is missing; ledger 1 noted it",
    ],
  ],
  [
    "two records swapped",
    edit((event) =>
      success.events.filter(({ seq }) => seq === ({ 4: 5, 5: 4 }[event.seq] ?? event.seq)),
    ),
    [
      "op-1 5 follows a gap: the last before it is record 3",
      "op-1 4 stands after record 5: out of its place, or there twice",
    ],
  ],
  [
    "a record there twice",
    edit((event) => (event.seq === 4 ? [event, event] : [event])),
    ["op-1 4 stands after record 4: out of its place, or there twice"],
  ],
  [
    "a record put in",
    edit((event) =>
      event.seq === 4 ? [event, seal({ ...event, seq: 5, previous: event.hash })] : [event],
    ),
    [
      "op-1 5 stands after record 5: out of its place, or there twice",
      "op-1 6 does not follow record 5 as it is",
    ],
  ],
  [
    "the tail cut off after its end was noted",
    drop((seq) => seq === last),
    [`op-1 ${last} is missing; ledger 2 noted it`],
  ],
  [
    "an operation cut out whole",
    ledger,
    ["op-1 1 all is missing; ledger 1 noted it", `op-1 ${last} all is missing; ledger 2 noted it`],
  ],
  [
    "history written anew",
    [...rechain(success.events.map((event) => ({ ...event, at: event.at + 1 }))), ...ledger],
    [
      "op-1 1 is not the record that ledger 1 noted",
      `op-1 ${last} is not the record that ledger 2 noted`,
    ],
  ],
  [
    "the ledger's tail cut off",
    [...success.events, ...ledger.slice(0, 1)],
    [`op-1 ${last} operation.ended is unknown to the ledger`],
  ],
  [
    "an operation smuggled in",
    [...journal, ...other.events],
    [
      "op-2 1 operation.opened is unknown to the ledger",
      `op-2 ${other.events.length} operation.ended is unknown to the ledger`,
    ],
  ],
  [
    "a beginning that is none",
    success.events
      .slice(0, 1)
      .map((event) => seal({ ...event, stream: "application-x", previous: "1".repeat(64) })),
    ["application-x 1 does not begin its stream"],
  ],
])("%s", (_, events, broken) => {
  expect(judge(events)).toEqual(broken);
});

test("as text: any changed, added or lost byte is found", () => {
  const text = renderJournal(journal);
  const isWhole = (changed: string) => {
    const { events, bad } = parseJournal(changed);
    return bad.length === 0 && whyBroken(events, sha256).length === 0;
  };
  expect(isWhole(text)).toBe(true);
  const edits = fc.record({
    at: fc.nat(text.length - 2),
    lost: fc.nat(3),
    put: fc.string({ maxLength: 3 }),
  });
  fc.assert(
    fc.property(edits, ({ at, lost, put }) => {
      const changed = text.slice(0, at) + put + text.slice(at + lost);
      fc.pre(changed !== text && changed !== text.slice(0, -1));
      expect(isWhole(changed)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("as text: lines that are no records are named by their number", () => {
  const [first = "", second = ""] = renderJournal(journal).split("\n");
  const noNumber = second.replace(/"seq":\d+/, '"seq":"2"');
  const lines = [
    first,
    "{",
    noNumber,
    "null",
    "{}",
    ` ${second}`,
    `${second.slice(0, -1)},"seq":1}`,
  ];
  const { events, bad } = parseJournal(lines.join("\n"));
  const none = "is no record of a journal";
  const odd = "is not spelt canonically";
  expect(bad.map(({ line, what }) => [line, what])).toEqual([
    [2, none],
    [3, none],
    [4, none],
    [5, none],
    [6, odd],
    [7, odd],
  ]);
  expect(events).toHaveLength(3);
  expect(parseJournal("")).toEqual({ events: [], bad: [] });
});
