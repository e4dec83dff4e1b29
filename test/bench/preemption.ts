import { PREEMPTED_AT } from "../kill/preempted-at.ts";
import { type Figure, figureOf, totalOf } from "./figures.ts";
import { measureOne, type Run, type Stage } from "./one-run.ts";

/** Without the gate before all steps: what it asks is asked before a drill is opened, too. */
const PLACES = PREEMPTED_AT.filter(({ times }) => times === undefined);
/** Of the sandbox: from scaled to available pods. */
const STARTUP_DELAY_MS = 300;

/**
 * From the fault to a correct write at green with the name server saying green: alone, and with a
 * drill at each of its steps when blue dies. The runs take turns, so that a busy machine is busy for
 * all of them alike, and medians are compared. Beyond both 10 % and 200 ms it ends with 3.
 */
export async function benchPreemption(options: {
  readonly runs: number;
  readonly json: boolean;
}): Promise<void> {
  const alone: number[] = [];
  const during = new Map<string, { ms: number[]; outcomes: string[] }>(
    PLACES.map(({ name }) => [name, { ms: [], outcomes: [] }]),
  );
  for (let number = 0; number < options.runs; number += 1) {
    const at = { number, startupDelayMs: STARTUP_DELAY_MS };
    alone.push(totalOf(await measureOne("kill", at)));
    for (const { name, place } of PLACES) {
      const prepare = (stage: Stage) => beginDrill(stage, place);
      const run = await measureOne("kill", { ...at, prepare });
      during.get(name)?.ms.push(totalOf(run));
      during.get(name)?.outcomes.push(outcomeOfDrill(run));
    }
  }
  const first = figureOf(alone);
  const bound = Math.max(first.p50 * 1.1, first.p50 + 200);
  const lines = [line("alone", first, "")];
  const results: Record<string, Figure & { preempted: number }> = {};
  for (const [name, { ms, outcomes }] of during) {
    const figure = figureOf(ms);
    const preempted = outcomes.filter((outcome) => outcome === "preempted").length;
    results[name] = { ...figure, preempted };
    const isWithin = figure.p50 <= bound;
    if (!isWithin) process.exitCode = 3;
    const verdict = isWithin ? "within" : `BEYOND ${Math.round(bound)} ms`;
    lines.push(line(`drill at: ${name}`, figure, `${preempted} preempted, ${verdict}`));
  }
  const head = "preemption: ms from the fault to a correct write at green, DNS green";
  process.stdout.write(`${[head, ...lines].join("\n")}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ alone: first, ...results })}\n`);
}

/** Until it is in that step, by a call that gets no answer. */
async function beginDrill({ world, panel }: Stage, place: object): Promise<void> {
  await panel.post("/holds", { ...place, when: "before" });
  const key = { "idempotency-key": "bench-drill" };
  await world.client.post("/v1/operations", { application: "shop", kind: "drill" }, key);
  await panel.untilHeld();
}

function outcomeOfDrill({ events }: Run): string {
  const ends = events.flatMap((event) => (event.type === "operation.ended" ? [event.outcome] : []));
  return ends.find((outcome) => outcome !== "succeeded") ?? "not ended";
}

function line(what: string, { runs, p50, max }: Figure, said: string): string {
  const columns = [runs, p50, max].map((value) => String(value).padStart(8)).join("");
  return `  ${what.padEnd(34)}${columns}  ${said}`;
}
