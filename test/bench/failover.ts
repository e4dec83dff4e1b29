import { availableParallelism, loadavg } from "node:os";
import { type Figure, figureOf, partsOf, totalOf } from "./figures.ts";
import { measureOne, type Run } from "./one-run.ts";

const KINDS = { crash: "kill", hang: "hang" } as const;
/** Of the sandbox: from scaled to available pods. */
const STARTUP_DELAY_MS = 300;

/**
 * From the fault to the first correct write at green's path with the name server saying green, and
 * in which parts; each run in a world of its own. Nothing is left out: a run that fails ends it.
 */
export async function benchFailover(options: {
  readonly runs: number;
  readonly json: boolean;
}): Promise<void> {
  printLoad();
  const results: Record<string, Figure & { parts: Record<string, Figure> }> = {};
  for (const [name, kind] of Object.entries(KINDS)) {
    const runs: Run[] = [];
    for (let number = 0; number < options.runs; number += 1) {
      runs.push(await measureOne(kind, { number, startupDelayMs: STARTUP_DELAY_MS }));
      process.stderr.write(`${name} ${number + 1}: ${totalOf(runs.at(-1) as Run)} ms\n`);
    }
    const total = figureOf(runs.map(totalOf));
    const parts = figuresOf(runs.map(partsOf));
    results[name] = { ...total, parts };
    print(name, total, parts);
  }
  printLoad();
  if (options.json) process.stdout.write(`${JSON.stringify(results)}\n`);
}

/** Figures of a machine that does other things as well say little. */
function printLoad(): void {
  const [minute = 0] = loadavg();
  const cores = availableParallelism();
  process.stdout.write(`load of the last minute: ${minute.toFixed(1)} on ${cores} cores\n\n`);
}

/** A part that a run does not have counts where it is. */
function figuresOf(runs: readonly ReadonlyMap<string, number>[]): Record<string, Figure> {
  const names = [...new Set(runs.flatMap((run) => [...run.keys()]))];
  const figures = names.map((name) => {
    const values = runs.flatMap((run) => run.get(name) ?? []);
    return [name, figureOf(values)] as const;
  });
  return Object.fromEntries(figures);
}

function print(name: string, total: Figure, parts: Record<string, Figure>): void {
  const row = (what: string, { runs, p50, max }: Figure) =>
    `  ${what.padEnd(42)}${String(runs).padStart(6)}${String(p50).padStart(8)}${String(max).padStart(8)}`;
  const beyond = { ...total, p50: total.p50 - STARTUP_DELAY_MS, max: total.max - STARTUP_DELAY_MS };
  const lines = [
    `${name}: ms from the fault to a correct write at green, DNS green`,
    `  ${"".padEnd(42)}${"runs".padStart(6)}${"p50".padStart(8)}${"max".padStart(8)}`,
    row("in all", total),
    row(`of which the sandbox's pods take ${STARTUP_DELAY_MS}: beyond`, beyond),
    ...Object.entries(parts).map(([part, figure]) => row(`  ${part}`, figure)),
    "",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
