import { Agent } from "undici";
import { type CallHttp, createCallHttp } from "../../adapters/http/http-call.ts";
import { type Crowd, startCrowd } from "./crowd.ts";
import type { DemoTools } from "./demo-tools.ts";
import { Narrator } from "./narrator.ts";
import { untilReady } from "./ready.ts";
import { World } from "./world.ts";

/** A world in which all is well, and clients that ask in it. */
export interface Played {
  readonly world: World;
  readonly call: CallHttp;
  readonly narrator: Narrator;
  readonly crowd: Crowd;
}

/** Starts a world, plays in it while clients ask, looks at what came of it, and ends it. */
export async function inWorld<T>(
  directory: string,
  tools: DemoTools,
  part: {
    readonly play: (played: Played) => Promise<T>;
    /** The clients ask no more. */
    readonly look: (played: Played, result: T) => Promise<boolean>;
  },
): Promise<boolean> {
  const { clock, screen } = tools;
  await screen.note("Two clusters, a name server and Greenlight start ...");
  const world = await World.start(directory, tools);
  const agent = new Agent();
  const call = createCallHttp(agent, clock);
  try {
    const position = await untilReady(world);
    await screen.note("The shop serves from blue, green stands by, Greenlight watches both.");
    const narrator = new Narrator({ world, position }, tools);
    const crowd = startCrowd(world.file, { clock, onAnswer: (one) => narrator.hear(one) });
    const played = { world, call, narrator, crowd };
    let result: T;
    try {
      result = await narrator.during(() => part.play(played));
    } finally {
      await crowd.stop();
    }
    return await part.look(played, result);
  } finally {
    await Promise.all([world.stop(), agent.destroy()]);
  }
}
