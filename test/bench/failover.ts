import { availableParallelism, loadavg } from "node:os";
import { type Figure, figureOf, partsOf, totalOf } from "./figures.ts";
import { measureOne, type Run } from "./one-run.ts";
import { openReal } from "./real-run.ts";

const KINDS = { crash: "kill", hang: "hang" } as const;
/** Where Greenlight shares a database it may be away as well: that must not cost a second. */
const REAL_KINDS = { ...KINDS, "crash, journal away": "kill without journal" } as const;

export type OutageKind = (typeof REAL_KINDS)[keyof typeof REAL_KINDS];
/** Of the sandbox: from scaled to available pods. */
const STARTUP_DELAY_MS = 300;

/**
 * From the fault to the first correct write at green's path with the name server saying green, and
 * in which parts; each run in a world of its own. Nothing is left out: a run that fails ends it.
 */
export async function benchFailover(options: {
  readonly runs: number;
  readonly real: boolean;
  readonly json: boolean;
}): Promise<void> {
  const ground = options.real ? { ...(await openReal()), kinds: REAL_KINDS } : SANDBOX;
  try {
    await benchOn(ground, options);
  } finally {
    await ground.close();
  }
}

/** Where the outages happen. */
interface Ground {
  readonly kinds: Readonly<Record<string, OutageKind>>;
  measure(kind: OutageKind, number: number): Promise<Run>;
  close(): Promise<void>;
  /** From scaled to available pods, where that is made up. */
  readonly startupDelayMs?: number;
}

const SANDBOX: Ground = {
  kinds: KINDS,
  measure: (kind, number) =>
    measureOne(kind === "hang" ? kind : "kill", { number, startupDelayMs: STARTUP_DELAY_MS }),
  close: async () => undefined,
  startupDelayMs: STARTUP_DELAY_MS,
};

async function benchOn(
  ground: Ground,
  options: { readonly runs: number; readonly json: boolean },
): Promise<void> {
  printLoad();
  const results: Record<string, Figure & { parts: Record<string, Figure> }> = {};
  for (const [name, kind] of Object.entries(ground.kinds)) {
    const runs: Run[] = [];
    for (let number = 0; number < options.runs; number += 1) {
      runs.push(await ground.measure(kind, number));
      process.stderr.write(`${name} ${number + 1}: ${totalOf(runs.at(-1) as Run)} ms\n`);
    }
    const total = figureOf(runs.map(totalOf));
    const parts = figuresOf(runs.map(partsOf));
    results[name] = { ...total, parts };
    print(name, { total, parts, startupDelayMs: ground.startupDelayMs });
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

function print(
  name: string,
  {
    total,
    parts,
    startupDelayMs = 0,
  }: {
    readonly total: Figure;
    readonly parts: Record<string, Figure>;
    readonly startupDelayMs: number | undefined;
  },
): void {
  const columns = (values: readonly (string | number)[]) =>
    values.map((value) => String(value).padStart(8)).join("");
  const row = (what: string, { runs, p50, p99, max }: Figure) =>
    `  ${what.padEnd(42)}${columns([runs, p50, p99, max])}`;
  const [p50, p99, max] = [total.p50, total.p99, total.max].map((ms) => ms - startupDelayMs);
  const beyond = { ...total, p50, p99, max } as Figure;
  const lines = [
    `${name}: ms from the fault to a correct write at green, DNS green`,
    `  ${"".padEnd(42)}${columns(["runs", "p50", "p99", "max"])}`,
    row("in all", total),
    ...(startupDelayMs > 0
      ? [row(`of which the sandbox's pods take ${startupDelayMs}: beyond`, beyond)]
      : []),
    ...Object.entries(parts).map(([part, figure]) => row(`  ${part}`, figure)),
    "",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
