import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { canonical } from "../../../../src/domain/canonical.ts";
import type { JournalEvent } from "../../../../src/domain/event.ts";
import { type Report, reportOf } from "../../../../src/domain/report.ts";
import { PAGE_POLICY, renderReportPage } from "../../../../src/runtime/report-page/page.ts";
import { type JournalStory, sha256 } from "../../../fakes/journal-story.ts";
import {
  tellHeldAndResumed,
  tellOwedFence,
  tellSuccess,
  tellUndone,
} from "../../../fakes/operation-story.ts";
import { tellRehearsal, tellSeenHold, tellSeenSuccess } from "../../../fakes/report-story.ts";

const STORIES = {
  tellSuccess,
  tellOwedFence,
  tellHeldAndResumed,
  tellUndone,
  tellRehearsal,
  tellSeenHold,
  tellSeenSuccess,
};

const reportFor = (events: readonly JournalEvent[]): Report => {
  const report = reportOf(events);
  if (!report) throw new Error("no operation");
  return report;
};
const page = ({ events }: JournalStory, length = events.length): string => {
  const report = reportFor(events.slice(0, length));
  return renderReportPage(report, sha256(canonical(report)));
};

test.each(Object.entries(STORIES))(
  "%s: any prefix has a page that needs nothing else",
  (_, tell) => {
    for (let length = 1; length <= tell().events.length; length++) {
      const text = page(tell(), length);
      expect(text.match(/<(?!meta|\/?[a-z0-9]+[ >]|!doctype)/g)).toBeNull();
      expect(text).not.toMatch(
        /<(script|link|img|iframe|object|form|base)\b|\son\w+=|\sstyle=|url\(|@import/i,
      );
      expect(text.match(/https?:/g)).toBeNull();
      expect(text).not.toMatch(/undefined|\[object|NaN|null</);
      expect(openTags(text)).toEqual([]);
    }
  },
);

test("it bears the hash of the JSON that it shows, and a policy that allows its style alone", () => {
  const report = reportFor(tellSeenSuccess().events);
  const hash = sha256(canonical(report));
  const text = renderReportPage(report, hash);
  expect(text).toContain(hash);
  expect(text).toContain(PAGE_POLICY.replaceAll("'", "&#39;"));
  const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? "";
  const digest = Buffer.from(sha256(style), "hex").toString("base64");
  expect(PAGE_POLICY).toBe(`default-src 'none'; style-src 'sha256-${digest}'`);
});

test("what is missing is named, and what was measured stands beside what was wanted", () => {
  const text = page(tellRehearsal());
  for (const words of [
    '<span class="badge PASS">PASS</span>',
    "Not captured: the configuration names no organisation.",
    "Everything that was changed was taken back.",
    "bob <span",
    "not mandatory",
    "drill from blue to green",
    "RTO 5 s; from its opening: no fault is known",
  ])
    expect(text).toContain(words);
});

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>' onload='x\u202e\u0007]]>--><style>`;

test("every value is escaped, wherever it stands", () => {
  const known = new Set(Object.values(STORIES).flatMap((tell) => tagsOf(page(tell()))));
  for (const tell of Object.values(STORIES)) {
    const report = reportFor(tell().events);
    const hostile = renderReportPage(poison(report, HOSTILE) as Report, HOSTILE);
    expect(hostile).not.toMatch(/<script|<img|<style>"|onerror=alert\(1\)>|\u202e/);
    expect(hostile).not.toContain("\u0007");
    // The same elements, with other text in them.
    expect(tagsOf(hostile).filter((tag) => tag === "style")).toHaveLength(1);
    expect(tagsOf(hostile).filter((tag) => !known.has(tag))).toEqual([]);
    expect(openTags(hostile)).toEqual([]);
  }
});

test("what a record holds is no markup, even in the shape of it", () => {
  const markup = { markup: "<script>alert(1)</script>" };
  const forged = tellUndone().events.map((event) =>
    event.type === "operation.opened" ? { ...event, reason: markup } : event,
  ) as unknown as readonly JournalEvent[];
  const text = renderReportPage(reportFor(forged), "");
  expect(text).not.toContain("<script");
  expect(text).toContain("{&quot;markup&quot;:&quot;&lt;script&gt;");
});

test("any text at all leaves the page whole", () => {
  const report = reportFor(tellSeenSuccess().events);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const poisoned = renderReportPage(poison(report, text) as Report, text);
      expect(openTags(poisoned)).toEqual([]);
      expect(poisoned).not.toMatch(/<script/i);
    }),
    { numRuns: 30 },
  );
});

/** Every string in it, but what the page branches on, is the text. */
function poison(value: unknown, text: string, key = ""): unknown {
  if (typeof value === "string") return KEPT.has(key) ? value : text;
  if (Array.isArray(value)) return value.map((item) => poison(item, text, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, poison(child, text, name)]),
  );
}

const KEPT = new Set(["action", "unit"]);

function tagsOf(text: string): readonly string[] {
  return [...text.matchAll(/<([a-z0-9]+)/g)].map((match) => match[1] ?? "");
}

/** Elements that are not closed, or closed and not opened, in the order of the text. */
function openTags(text: string): readonly string[] {
  const open: string[] = [];
  for (const [, slash, name = ""] of text.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*)?>/g)) {
    if (name === "meta") continue;
    if (slash === "") open.push(name);
    else if (open.at(-1) === name) open.pop();
    else open.push(`/${name}`);
  }
  return open;
}
