import { LEDGER } from "../../domain/event.ts";
import type { Control } from "../control.ts";
import type { DeskTools } from "./desk.ts";

type AuditDesk = Pick<Control, "events" | "follow" | "journal" | "auditHead" | "whyNotReady">;

/** The journal as it grows, as a whole, and its head. */
export function createAuditDesk(tools: DeskTools): AuditDesk {
  const { journal, feed, clock, onAppend, pipelines } = tools;
  return {
    events: async (after, waitMs, signal) => {
      const done = new AbortController();
      const until = AbortSignal.any([signal, done.signal]);
      const stop = onAppend(() => done.abort(new Error("there is something")));
      try {
        const page = await journal.follow(after, PAGE);
        if (page.events.length > 0 || waitMs === 0) return page;
        await clock.sleep(waitMs, until).catch(() => signal.throwIfAborted());
        return await journal.follow(after, PAGE);
      } finally {
        stop();
        done.abort(new Error("answered"));
      }
    },
    follow: (after, options) => feed.follow(after, options),
    journal: async function* (signal) {
      for (let position = 0; ; ) {
        signal.throwIfAborted();
        const page = await journal.follow(position, PAGE);
        if (page.events.length === 0) return;
        yield* page.events;
        position = page.position;
      }
    },
    auditHead: async () => {
      const last = await journal.last(LEDGER);
      return { seq: last?.seq ?? 0, hash: last?.hash ?? "" };
    },
    whyNotReady: async () => {
      const { whyNotWritable } = journal;
      if (whyNotWritable !== undefined) return `the journal can't be written: ${whyNotWritable}`;
      await journal.head();
      const blind = [...pipelines.values()].find(({ surveyor }) => surveyor.survey.at === 0);
      return blind && `${blind.application.name} was not looked at yet`;
    },
  };
}

const PAGE = 1_000;
