import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Report } from "../../src/domain/report.ts";
import { DemoProcess, PATIENCE_MS } from "./demo-process.ts";

let directory: string;
let demo: DemoProcess;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "greenlight-story-"));
  demo = new DemoProcess(join(directory, "story"), []);
});

afterEach(async () => {
  await demo.stop();
  rmSync(directory, { recursive: true });
});

test(
  "the whole story comes to its end, and each part of it leaves a report",
  async () => {
    const summary = await demo.summary;
    const why = demo.objects.slice(-8);
    const outcomes = summary.operations.map(({ kind, outcome }) => `${kind} ${outcome}`);
    expect([outcomes, why]).toEqual([
      [
        "failover succeeded",
        "quarantine succeeded",
        "failback succeeded",
        "retire succeeded",
        "drill restored",
      ],
      why,
    ]);
    expect(summary.clients.writesLost).toBe(0);
    for (const { id, report: file } of summary.operations) {
      const report: Report = JSON.parse(readFileSync(file, "utf8"));
      expect([report.kind, report.result]).toEqual([report.kind, "PASS"]);
      expect(readFileSync(file.replace(/json$/, "html"), "utf8")).toContain(id);
    }
    expect([await demo.exited, why]).toEqual([0, why]);
  },
  PATIENCE_MS,
);
