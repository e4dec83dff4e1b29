import { join } from "node:path";
import { createChance } from "../../adapters/chance/system-chance.ts";
import { createLog } from "../../adapters/log/log.ts";
import { untilToldToStop } from "../../runtime/lifecycle.ts";
import { createSandbox } from "../../sandbox/sandbox.ts";
import { readWorldFile } from "../demo/world-file.ts";
import { renderAskGreenlight, renderLookAround } from "../render/look-around.ts";
import type { Terminal } from "../terminal.ts";

/** The world, in this process, until it is told to stop. */
export async function sandbox(
  directory: string,
  options: { readonly terminal: Terminal; readonly startupDelayMs: number | undefined },
): Promise<void> {
  const { terminal, startupDelayMs } = options;
  const { clock } = terminal;
  const log = createLog({ level: "info", format: "pretty" });
  const signal = untilToldToStop(log);
  const world = await createSandbox({
    directory,
    clock,
    chance: createChance(clock),
    ...(startupDelayMs !== undefined && { startupDelayMs }),
    onTrouble: (error) => log.error({ err: error }, "a listener can't be opened again"),
  });
  const { description } = world;
  const served = await readWorldFile(directory);
  await terminal.out(
    `The sandbox runs until Ctrl-C. ${join(directory, "sandbox.json")} tells all of it.\n\n` +
      `${renderLookAround(description)}\n` +
      `Have it looked after in another terminal, and ask about it in a third:\n\n` +
      `  npx greenlight serve ${description.config}\n\n` +
      `${served ? renderAskGreenlight(served) : ""}`,
  );
  await new Promise((resolve) => {
    signal.addEventListener("abort", resolve, { once: true });
    if (signal.aborted) resolve(undefined);
  });
  await world.close();
}
