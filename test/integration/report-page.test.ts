import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { canonical } from "../../src/domain/canonical.ts";
import { type Report, reportOf } from "../../src/domain/report.ts";
import { renderReportPage } from "../../src/runtime/report-page/page.ts";
import { type JournalStory, sha256 } from "../fakes/journal-story.ts";
import { tellOwedFence, tellUndone } from "../fakes/operation-story.ts";
import { tellRehearsal, tellSeenHold, tellSeenSuccess } from "../fakes/report-story.ts";
import { describeWhere } from "./describe-where.ts";

jest.setTimeout(120_000);

const run = promisify(execFile);
const STORIES = { tellSeenSuccess, tellSeenHold, tellRehearsal, tellOwedFence, tellUndone };

describeWhere("chromium", "the report's page in a browser", (chromium) => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "greenlight-page-"));
  });

  afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

  const browse = async (...args: readonly string[]) => {
    const own = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${directory}/own`];
    const quiet = ["--hide-scrollbars", "--disable-background-networking", "--no-first-run"];
    return (await run(chromium, [...own, ...quiet, ...args], { timeout: 60_000 })).stdout;
  };

  test.each(Object.entries(STORIES))(
    "%s: no wider than a phone, and as it was written",
    async (name, tell) => {
      const page = pageOf(tell());
      // A page may run no script, so another one, that shows it as narrow as a phone, measures it.
      const file = join(directory, "frame.html");
      await writeFile(file, frameOf(page));
      const dom = await browse("--virtual-time-budget=3000", "--dump-dom", `file://${file}`);
      const [, width, sections, tone] = /data-seen="(\d+) (\d+) ([^"]*)"/.exec(dom) ?? [];
      expect([name, Number(width)]).toEqual([name, 360]);
      expect(Number(sections)).toBeGreaterThan(8);
      // Its one style sheet is the one that its policy allows: the badge has its colour.
      expect(tone).toMatch(/^rgb\((?!0, 0, 0)/);
    },
  );

  test.each([700, 820, 900, 1000, 1280])(
    "no word is broken where there is room: %i",
    async (width) => {
      const report = reportFor(tellSeenSuccess());
      // Hours for each, as of a move that somebody had to be waited for.
      const parts = report.recovery.parts.map((part) => ({ ...part, ms: 45_000_000 }));
      const long = { ...report, recovery: { ...report.recovery, parts } };
      const file = join(directory, "wide.html");
      await writeFile(file, frameOf(renderReportPage(long, ""), width));
      const size = "--window-size=1400,900";
      const dom = await browse(size, "--virtual-time-budget=3000", "--dump-dom", `file://${file}`);
      expect(/data-words="([^"]*)"/.exec(dom)?.[1]).toMatch(/^[1-9]\d* 0$/);
    },
  );

  test("it prints", async () => {
    const [page, pdf] = [join(directory, "page.html"), join(directory, "page.pdf")];
    await writeFile(page, pageOf(tellSeenSuccess()));
    await browse(`--print-to-pdf=${pdf}`, `file://${page}`);
    const printed = await readFile(pdf, "latin1");
    expect(printed.startsWith("%PDF-")).toBe(true);
    expect(printed.match(/\/Type ?\/Page\b/g)?.length).toBeGreaterThan(2);
  });
});

function reportFor({ events }: JournalStory): Report {
  const report = reportOf(events);
  if (!report) throw new Error("no operation");
  return report;
}

function pageOf(story: JournalStory): string {
  const report = reportFor(story);
  return renderReportPage(report, sha256(canonical(report)));
}

/** `data-words`: how many there are in the legend, and how many of them stand on two lines. */
function frameOf(page: string, width = 360): string {
  const source = page.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html><body><iframe id="f" width="${width}" height="800" frameborder="0" srcdoc="${source}"></iframe>
<script>onload = () => {
  const d = f.contentDocument, badge = d.querySelector(".badge");
  document.body.dataset.seen = [d.documentElement.scrollWidth, d.querySelectorAll("section").length,
    f.contentWindow.getComputedStyle(badge).backgroundColor].join(" ");
  const words = [...d.querySelectorAll(".legend span:first-of-type")].flatMap((one) =>
    [...one.textContent.matchAll(/[a-z]+/g)].map(({ 0: word, index }) => {
      const range = d.createRange();
      range.setStart(one.firstChild, index);
      range.setEnd(one.firstChild, index + word.length);
      return range.getClientRects().length;
    }));
  document.body.dataset.words = words.length + " " + words.filter((lines) => lines > 1).length;
};</script>`;
}
