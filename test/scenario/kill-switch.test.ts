import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { canonical } from "../../src/domain/canonical.ts";
import { parseJournal } from "../../src/domain/journal-text.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Report } from "../../src/domain/report.ts";
import { OF_A_WORLD_MS, openSettledWorld, type World } from "./world.ts";

let world: World;
let id: string;
let journal: string;
let report: Report;

beforeAll(async () => {
  world = await openSettledWorld();
}, OF_A_WORLD_MS);

afterAll(() => world.close());

test(
  "while it is paused, and green lags beyond the RPO, nothing moves; then it does by itself",
  async () => {
    const reason = "we look into it";
    await world.serve.post("/v1/pause", { application: "shop", reason });
    await world.panel.store({ cluster: "green", lagMs: 8_000 });
    await world.explained(({ guards }) =>
      guards.some(({ name, whyNot }) => name === "loss-bound" && whyNot !== undefined),
    );
    await world.panel.kill("blue", "shop");
    const { reasons } = await world.explained(({ action }) => action === "hold");
    const lag = /store: up to \d{4} ms would be lost \(estimated\), the RPO is 2000 ms/;
    expect(reasons).toEqual([
      { code: "paused", text: "paused by sandbox: we look into it" },
      { code: "loss-bound", text: expect.stringMatching(lag) },
    ]);
    expect(await world.told(/paused by sandbox: we look into it/)).toMatchObject({
      severity: "page",
    });

    await world.serve.post("/v1/unpause", { application: "shop" });
    const lagging = await world.explained((one) => one.reasons.length === 1);
    expect(lagging.reasons[0]?.code).toBe("loss-bound");
    await world.panel.calls(4, { part: "store", cluster: "green" });
    expect(await world.operations()).toEqual([]);

    await world.panel.store({ cluster: "green", lagMs: 0 });
    id = await world.movedByItself();
    expect(world.inbox.forged).toEqual([]);
  },
  OF_A_WORLD_MS,
);

async function reportOf(file: string): Promise<Report> {
  const { status, out } = await world.cli("report", "show", id, "--journal", file, "-o", "json");
  expect(status).toBe(0);
  return JSON.parse(out);
}

test(
  "the exported journal verifies, and gives the report that the API gives",
  async () => {
    const { status, out } = await world.cli("audit", "export");
    expect(status).toBe(0);
    journal = join(world.directory, "journal.jsonl");
    writeFileSync(journal, out);
    expect(await world.cli("audit", "verify", journal)).toMatchObject({
      status: 0,
      out: expect.stringContaining("all as they were written"),
    });
    report = await reportOf(journal);
    expect(report).toEqual((await world.serve.api(`/v1/operations/${id}/report`)).json);
  },
  OF_A_WORLD_MS,
);

test(
  "one shifted timestamp moves its number in the report, and is found",
  async () => {
    const { recovery } = report;
    const lines = readFileSync(journal, "utf8").split("\n");
    const { events } = parseJournal(lines.join("\n"));
    const at = events.findIndex(
      (one) => one.stream === id && one.type === "step.reached" && one.step === "verify",
    );
    const verified = events[at];
    if (!verified) throw new Error("nothing was verified");
    lines[at] = canonical({ ...verified, at: verified.at + 1_234 } as unknown as Json);
    const shifted = join(world.directory, "shifted.jsonl");
    writeFileSync(shifted, lines.join("\n"));
    const moved = (await reportOf(shifted)).recovery;
    expect(moved.fromFirstFailedMs).toBe((recovery.fromFirstFailedMs ?? 0) + 1_234);
    const partOf = ({ parts }: Report["recovery"]) =>
      parts.find(({ step }) => step === "verify")?.ms ?? 0;
    expect(partOf(moved)).toBe(partOf(recovery) + 1_234);
    expect(await world.cli("audit", "verify", shifted)).toMatchObject({
      status: 3,
      out: expect.stringContaining(`${id} record ${verified.seq}: was changed`),
    });
  },
  OF_A_WORLD_MS,
);

test(
  "one changed byte fails the audit, by record",
  async () => {
    const text = readFileSync(journal, "utf8");
    const at = text.indexOf("we look into it");
    const changed = join(world.directory, "changed.jsonl");
    writeFileSync(changed, `${text.slice(0, at)}w3${text.slice(at + 2)}`);
    const line = text.slice(0, at).split("\n").length - 1;
    const record = parseJournal(text).events[line];
    expect(await world.cli("audit", "verify", changed)).toMatchObject({
      status: 3,
      out: expect.stringContaining(`application-shop record ${record?.seq}: was changed`),
    });
  },
  OF_A_WORLD_MS,
);
