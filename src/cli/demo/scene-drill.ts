import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { dateOf } from "../../adapters/clock/rfc3339.ts";
import { readRouting } from "./routing.ts";
import { type Scene, type Stage, tell, untilOver } from "./scene.ts";

/** The schedule fires: green is scaled, asked, and put back; nobody notices. */
export const DRILL: Scene = {
  name: "drill",
  title: "the schedule fires: green proves that it could serve, and is put back",
  play: async (stage) => {
    const { screen, clock, world, narrator, signal } = stage;
    screen.start(clock.wallMs());
    if (!isCalm(stage)) tell(stage, "...", "the commit window of the move home runs out first");
    await narrator.until(() => isCalm(stage), CALM_MS);
    const before = await readRouting(world.file, stage);
    tell(stage, "routing", `production's records before: ${digestOf(before)}`);
    tell(stage, "schedule", "written into greenlight.yaml; Greenlight starts again with it");
    await world.stopGreenlight();
    const dueAt = clock.wallMs() + DUE_MS;
    await addSchedule(world.file.config, dueAt);
    world.startGreenlight();
    const wrong = await untilOver(stage, "drill", { withinMs: DUE_MS + DRILL_MS });
    await clock.sleep(TAIL_MS, signal);
    const after = await readRouting(world.file, stage);
    tell(stage, "routing", `production's records after:  ${digestOf(after)}`);
    return before === after ? wrong : [...wrong, `the routing changed: ${before} -> ${after}`];
  },
};

/** Nothing runs, and a side that a planned move kept warm has been put to rest. */
function isCalm({ narrator: { operations } }: Stage): boolean {
  const moves = operations.filter(({ kind }) => kind === "failback").length;
  const rests = operations.filter(({ kind }) => kind === "retire").length;
  return rests >= moves && operations.every(({ state }) => state !== "running");
}

/** For people who compare two of them by eye. */
function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Due once, at that second of that day. */
async function addSchedule(file: string, dueAt: number): Promise<void> {
  const document = parseDocument(await readFile(file, "utf8"));
  const due = dateOf(dueAt);
  const [second, minute, hour] = [due.getUTCSeconds(), due.getUTCMinutes(), due.getUTCHours()];
  const cron = `${second} ${minute} ${hour} ${due.getUTCDate()} ${due.getUTCMonth() + 1} *`;
  const schedule = { name: "rehearsal", application: "shop", kind: "drill", cron, timeZone: "UTC" };
  document.set("drills", document.createNode([schedule]));
  await writeFile(file, document.toString({ lineWidth: 0, flowCollectionPadding: false }));
}

const CALM_MS = 20_000;
/** Greenlight is up again by then, also on a busy machine. */
const DUE_MS = 8_000;
const DRILL_MS = 25_000;
const TAIL_MS = 500;
