import { createMetrics } from "../../adapters/metrics/metrics.ts";
import { packageVersion } from "../../runtime/package-root.ts";
import { wireApi } from "../../runtime/wire-api.ts";
import { answerUntilDone } from "../answer-until-done.ts";
import { openListener } from "../open-listener.ts";
import { workUntilStopped } from "../work-until-stopped.ts";

/** The API in this process, beside workers that act, until it is told to stop. */
export async function answer(file: string, listen: string | undefined): Promise<void> {
  // Whether it is well its own address says.
  await workUntilStopped(file, { health: undefined, process: "api" }, async (tools) => {
    const { config, clock, log, signal } = tools;
    const listener = await openListener(listen, { config, log, clock });
    try {
      const metrics = createMetrics(packageVersion());
      const says = "Greenlight answers";
      const open = (onWait: (why: string) => void) =>
        wireApi(config, { clock, log, signal, listener, onWait });
      await answerUntilDone(config, open, { clock, log, signal, metrics, says });
    } finally {
      await listener?.close();
    }
  });
}
