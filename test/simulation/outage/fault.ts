import type { Orchestrator } from "./process.ts";
import { asked, during, takenBack } from "./request-fault.ts";
import type { Seeded } from "./seeded.ts";
import { PARTS, type Part, type Site, type SiteName, VANTAGES, WORKLOAD } from "./site.ts";
import type { World } from "./world.ts";

/** What a fault acts on: the world, and whoever runs in it now. */
export interface Scene {
  readonly world: World;
  readonly running: () => readonly Orchestrator[];
  readonly chance: Seeded;
}

/** Begins, and returns what ends it. */
type Fault = (scene: Scene, forMs: number) => () => void;

const blueDies = parts("blue", PARTS, "dead");
const greenDies = parts("green", PARTS, "dead");
const aHumanAborts = human((one, id) => one.operations.abort(id, "alice"));
const theProcessIsKilled: Fault = ({ running }) => {
  for (const one of running()) one.kill();
  return () => undefined;
};
const theQueueIsEmptied: Fault = ({ world }) => {
  world.queue.empty();
  return () => undefined;
};

/** By name, in words that a failing seed's story can be read by. */
export const FAULTS = {
  "a drill is asked for": asked("drill"),
  "a switchover is asked for": asked("switchover"),
  "the last move is taken back": takenBack,
  "a human acknowledges": ({ running }) => {
    const [one] = running();
    one?.pipeline.recollection.note({ type: "application.acknowledged", by: "alice" });
    return () => undefined;
  },
  "blue comes and goes": flaps("blue"),
  "green comes and goes": flaps("green"),
  "blue dies during a drill": during("drill", blueDies),
  "blue's public path dies during a drill": during("drill", parts("blue", ["shop"], "dead")),
  "green dies during a drill": during("drill", greenDies),
  "a human aborts a drill": during("drill", aHumanAborts),
  "the process is killed during a drill": during("drill", theProcessIsKilled),
  "the queue is emptied during a drill": during("drill", theQueueIsEmptied),
  "blue dies during a switchover": during("switchover", blueDies),
  "green dies during a switchover": during("switchover", greenDies),
  "a human aborts a switchover": during("switchover", aHumanAborts),
  "the process is killed during a switchover": during("switchover", theProcessIsKilled),
  "the stores never catch up during a switchover": during("switchover", stuck),
  "a foreign writer meddles during a switchover": during("switchover", meddle),
  "blue comes and goes during its quarantine": during("quarantine", flaps("blue")),
  "the process is killed during a quarantine": during("quarantine", theProcessIsKilled),
  "the wall clock jumps": ({ world, chance }) => {
    world.clock.jump(chance.pick([-JUMP_MS, JUMP_MS]));
    return () => undefined;
  },
  "the wall clock is set back": ({ world }) => {
    world.clock.jump(-JUMP_MS);
    return () => undefined;
  },
  "blue dies": blueDies,
  "blue hangs": parts("blue", PARTS, "hung"),
  "blue's API server dies": parts("blue", ["api"], "dead"),
  "blue's API server hangs": parts("blue", ["api"], "hung"),
  "blue's public path dies": parts("blue", ["shop"], "dead"),
  "blue's public path hangs": parts("blue", ["shop"], "hung"),
  "blue's store dies": parts("blue", ["store"], "dead"),
  "green dies": greenDies,
  "green hangs": parts("green", PARTS, "hung"),
  "green's public path dies": parts("green", ["shop"], "dead"),
  "green's API server dies": parts("green", ["api"], "dead"),
  "green's store dies": parts("green", ["store"], "dead"),
  "one vantage is cut from blue": cuts(["east"], ["blue"]),
  "one vantage is cut from all": cuts(["east"], ["blue", "green", "control"]),
  "all vantages are cut from both": cuts(VANTAGES, ["blue", "green"]),
  "all vantages are cut from all": cuts(VANTAGES, ["blue", "green", "control"]),
  "the orchestrator is cut from green": cuts(["serve"], ["green"]),
  "the orchestrator is cut from blue": cuts(["serve"], ["blue"]),
  "the standby's store lags": ({ world }) => {
    world.sites.green.store.setLag(LAG_MS);
    return () => world.sites.green.store.setLag(0);
  },
  "the heartbeat is silent": ({ world }) => {
    world.sites.blue.store.setSilent(true);
    return () => world.sites.blue.store.setSilent(false);
  },
  "the orchestrator stalls": ({ running }, forMs) => {
    for (const { clock } of running()) clock.stall(forMs);
    return () => undefined;
  },
  "the process is killed": theProcessIsKilled,
  "the journal is slow": ({ world, chance }) => {
    world.journalDelayMs = chance.int(20, 400);
    return () => {
      world.journalDelayMs = 0;
    };
  },
  "the journal is away": ({ world }) => {
    world.isJournalAway = true;
    return () => {
      world.isJournalAway = false;
    };
  },
  "the queue is emptied": theQueueIsEmptied,
  "a foreign writer meddles": meddle,
  "a human aborts": aHumanAborts,
  "a human resumes": human((one, id) => one.operations.resume(id, "alice")),
  // Of several processes any may be told, and another one that it is over.
  "a human pauses": ({ running, world }) => {
    const one = running().at(-1);
    const by = "alice";
    one?.pipeline.recollection.note({ type: "application.paused", by, reason: "release day" });
    return () => {
      unpause({ running, world }).catch(() => undefined);
    };
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

function parts(site: SiteName, which: readonly Part[], state: Site["states"][Part]): Fault {
  return ({ world }) => {
    for (const part of which) world.setState(site, part, state);
    return () => {
      for (const part of which) world.setState(site, part, "up");
    };
  };
}

function cuts(from: readonly string[], to: readonly string[]): Fault {
  const ways = from.flatMap((one) => to.map((other) => `${one} ${other}`));
  return ({ world }) => {
    for (const way of ways) world.setCut(way, true);
    return () => {
      for (const way of ways) world.setCut(way, false);
    };
  };
}

/** Down and up again, each for some moments; up at the end. */
function flaps(site: SiteName): Fault {
  return (scene, forMs) => {
    const { world, chance } = scene;
    const over = new AbortController();
    let end = parts(site, PARTS, "dead")(scene, forMs);
    const loop = async () => {
      for (;;) {
        await world.clock.sleep(chance.int(100, 1_500), over.signal);
        end();
        await world.clock.sleep(chance.int(100, 1_500), over.signal);
        end = parts(site, PARTS, chance.pick(["dead", "hung"] as const))(scene, forMs);
      }
    };
    loop().catch(() => undefined);
    return () => {
      over.abort(new Error("over"));
      end();
    };
  };
}

function stuck({ world }: Scene): () => void {
  for (const { store } of Object.values(world.sites)) store.setStuck(true);
  return () => {
    for (const { store } of Object.values(world.sites)) store.setStuck(false);
  };
}

/** A human waits for somebody who answers. */
async function unpause({ running, world }: Pick<Scene, "running" | "world">): Promise<void> {
  const patience = new AbortController().signal;
  while (!running()[0]) await world.clock.sleep(100, patience);
  running()[0]?.pipeline.recollection.note({ type: "application.unpaused", by: "alice" });
}

/** Somebody else writes to the same objects, so that ours conflict. */
function meddle({ world, chance }: Scene): () => void {
  const over = new AbortController();
  const loop = async () => {
    for (let times = 0; ; times += 1) {
      await world.clock.sleep(chance.int(3, 120), over.signal);
      for (const { kubernetes, leases } of Object.values(world.sites)) {
        kubernetes.annotate(WORKLOAD, { times: String(times) });
        leases.label("shop", { times: String(times) });
      }
    }
  };
  loop().catch(() => undefined);
  return () => over.abort(new Error("over"));
}

function human(command: (one: Orchestrator, id: string) => Promise<void>): Fault {
  return ({ world, running }) => {
    const act = async () => {
      const [one] = running();
      const [id] = await world.journal.openOperations();
      if (!one || id === undefined) return;
      await command(one, id);
      world.note(`the human's command for ${id} was taken`);
    };
    act().catch((error) => world.note(`the human's command was refused: ${error.message}`));
    return () => undefined;
  };
}

const LAG_MS = 6_000;
/** More than a cooldown, and than a commit window. */
const JUMP_MS = 60_000;
