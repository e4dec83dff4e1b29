import { figureOf } from "./figures.ts";
import { moveToAndFro } from "./to-and-fro.ts";

/** What clients notice of planned moves in a row: how long the unluckiest waited in each. */
export async function benchSwitchover(options: {
  readonly runs: number;
  readonly json: boolean;
}): Promise<void> {
  const { moves, ...clients } = await moveToAndFro(options.runs);
  const pause = figureOf(moves.map(({ longestWaitMs }) => longestWaitMs));
  const duration = figureOf(moves.map(({ durationMs }) => durationMs));
  const succeeded = moves.filter(({ outcome }) => outcome === "succeeded").length;
  const row = (what: string, { runs, p50, max }: typeof pause) =>
    `  ${what.padEnd(46)}${String(runs).padStart(6)}${String(p50).padStart(8)}${String(max).padStart(8)}`;
  const lines = [
    `switchover: ${succeeded} of ${moves.length} succeeded, in a row, under 50 requests a second`,
    `  ${"ms".padEnd(46)}${"runs".padStart(6)}${"p50".padStart(8)}${"max".padStart(8)}`,
    row("longest that a client waited for an answer", pause),
    row("from the request to the end of the operation", duration),
    `  requests: ${clients.asked} asked, ${clients.failed} failed`,
    `  writes: ${clients.writesAcknowledged} acknowledged, ${clients.writesLost} lost`,
    "",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ pause, duration, moves, ...clients })}\n`);
}
