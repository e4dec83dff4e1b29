import type { SystemClock } from "../../adapters/clock/system-clock.ts";
import type { Act } from "./fault-table.ts";
import type { Panel } from "./panel.ts";
import type { World } from "./world.ts";

export interface Stage {
  readonly world: World;
  readonly panel: Panel;
  readonly clock: SystemClock;
  readonly signal: AbortSignal;
  /** Until an operation has been opened, or the demo gives up waiting. */
  readonly untilOpened: () => Promise<void>;
  /** Is told of what is done to whom, beside the fault itself. */
  readonly tell: (text: string) => void;
}

/** Does one thing to the sandbox or to Greenlight, and settles when it is done. */
export async function perform(act: Act, stage: Stage): Promise<void> {
  const { world, panel, clock, signal, tell } = stage;
  switch (act.act) {
    case "panel":
      return await panel.post(act.path, act.body);
    case "heal":
      tell("all faults end");
      return await panel.heal();
    case "sleep":
      return await clock.sleep(act.ms, signal);
    case "until-opened":
      return await stage.untilOpened();
    case "until-held":
      return await panel.untilHeld();
    case "kill-greenlight":
      await world.killGreenlight();
      tell("SIGKILL to Greenlight, in the middle of a call");
      return await panel.drop();
    case "start-greenlight":
      tell("Greenlight is started again");
      return world.startGreenlight();
    case "stall-greenlight":
      return await world.stallGreenlight(act.ms);
    default:
      return act satisfies never;
  }
}
