import { Writable } from "node:stream";
import { expect, test } from "@jest/globals";
import { createLog } from "../../../src/adapters/log/log.ts";
import { LEDGER } from "../../../src/domain/event.ts";
import { createRefusals } from "../../../src/runtime/refusals.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

function setup() {
  const lines: { readonly msg: string; readonly reason?: string; readonly times?: number }[] = [];
  const to = new Writable({
    write: (line, _, done) => {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  const log = createLog({ level: "info", format: "json", to });
  return { clock: new VirtualClock(), log, lines, journal: new MemoryJournal() };
}

test("ten in ten minutes are told and noted, and later how many more there were", async () => {
  const { clock, log, lines, journal } = setup();
  const refuse = createRefusals("signal", { clock, log, journal });
  for (let i = 1; i <= 1_000; i += 1) refuse(`forged ${i}`);
  expect(lines.map(({ reason }) => reason)).toEqual(
    Array.from({ length: 10 }, (_, i) => `forged ${i + 1}`),
  );
  await clock.run(() => clock.sleep(600_001, new AbortController().signal));
  refuse("forged again");
  expect(lines.slice(10)).toMatchObject([{ times: 990 }, { reason: "forged again" }]);
  const noted = await journal.read(LEDGER);
  expect(noted).toHaveLength(11);
  expect(noted.at(-1)).toMatchObject({ type: "signal.refused", reason: "forged again" });
});

test("who has no journal tells it; one that can't be written does no harm", async () => {
  const { clock, log, lines, journal } = setup();
  createRefusals("signal", { clock, log })("forged");
  const append = () => Promise.reject(new Error("the journal is away"));
  createRefusals("job", { clock, log, journal: { append } })("forged");
  await clock.run(() => clock.sleep(1, new AbortController().signal));
  expect(lines.map(({ msg }) => msg)).toEqual([
    "a signal was refused",
    "a job was refused",
    "the refusal of a job was not noted",
  ]);
  expect(await journal.read(LEDGER)).toEqual([]);
});
