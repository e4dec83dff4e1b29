import { type Scene, tell, untilOver } from "./scene.ts";

/** Blue dies whole under traffic; green serves. */
export const OUTAGE: Scene = {
  name: "outage",
  title: "all of blue is killed; green takes over by itself",
  play: async (stage) => {
    const { screen, clock, panel, narrator, signal } = stage;
    screen.start(clock.wallMs());
    narrator.awaitAnswersOf("green");
    tell(stage, "FAULT", "all of blue is killed");
    await panel.post("/faults", { kind: "kill", part: "all", cluster: "blue" });
    const wrong = await untilOver(stage, "failover", { withinMs: MOVE_MS });
    await clock.sleep(TAIL_MS, signal);
    return wrong;
  },
};

const MOVE_MS = 25_000;
/** For clients whose resolvers still keep the old answer. */
const TAIL_MS = 1_500;
