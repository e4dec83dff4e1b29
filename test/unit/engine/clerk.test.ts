import { expect, test } from "@jest/globals";
import { sha256 } from "../../../src/adapters/digest/sha256.ts";
import { canonical } from "../../../src/domain/canonical.ts";
import type { JournalEvent } from "../../../src/domain/event.ts";
import { reportOf } from "../../../src/domain/report.ts";
import { Clerk } from "../../../src/engine/clerk.ts";
import { MemoryJournal } from "../../fakes/memory-journal.ts";
import { MemoryReports } from "../../fakes/memory-reports.ts";
import { PLAN, tellSuccess, tellUndone } from "../../fakes/operation-story.ts";
import { tellRehearsal, tellSeenHold, tellSeenSuccess } from "../../fakes/report-story.ts";
import { eventually } from "../../fakes/until.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

function open() {
  const [journal, reports, stop] = [
    new MemoryJournal(),
    new MemoryReports(),
    new AbortController(),
  ];
  const kept: unknown[] = [];
  const clerk = new Clerk({
    clock: new VirtualClock(),
    digest: sha256,
    journal,
    reports,
    signal: stop.signal,
    onKept: () => kept.push("kept"),
    onTrouble: (error) => kept.push(error),
  });
  const write = async (events: readonly JournalEvent[]) => {
    for (const { seq: _, previous: __, hash: ___, ...draft } of events)
      clerk.take(await journal.append(draft));
  };
  return { journal, reports, clerk, kept, stop, write };
}

test.each(
  Object.entries({ tellSuccess, tellUndone, tellRehearsal, tellSeenHold, tellSeenSuccess }),
)("%s: the report of the journal is the one that was kept, byte for byte", async (_, tell) => {
  const { journal, reports, clerk, write } = open();
  const story = tell();
  await write(story.events);
  await clerk.keepDue();
  const kept = await reports.get(story.plan.id);
  const again = reportOf(await journal.read(story.plan.id));
  expect(kept?.body).toBe(canonical(again ?? {}));
  expect(kept?.sha256).toBe(sha256(canonical(again ?? {})));
  // What an attempt that was taken for dead writes after the end changes nothing.
  const late = { type: "step.failed", step: "verify", attempt: 9, reason: "late" } as const;
  await journal.append({ ...late, stream: story.plan.id, epoch: 5, at: 9 });
  expect(canonical(reportOf(await journal.read(story.plan.id)) ?? {})).toBe(kept?.body);
});

test("nothing is kept of one that has not ended", async () => {
  const { reports, clerk, kept, write } = open();
  await write(tellSuccess().events.slice(0, -1));
  await clerk.keepDue();
  expect([await reports.get(PLAN.id), kept]).toEqual([undefined, []]);
});

test("what an earlier process left out is made up for at the start", async () => {
  const { journal, reports, clerk, stop } = open();
  for (const { seq: _, previous: __, hash: ___, ...draft } of tellSuccess().events)
    await journal.append(draft);
  const running = clerk.run();
  await eventually(async () => (await reports.get(PLAN.id)) !== undefined, { withinMs: 2000 });
  stop.abort(new Error("stop"));
  await running;
});
