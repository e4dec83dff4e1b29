import { openOnRequest } from "../../../src/engine/request.ts";
import type { Scene } from "./fault.ts";
import { runbooks } from "./process.ts";

/** A person asks for one of that kind, once; what came of it is told. */
export function asked(kind: string): (scene: Scene) => () => void {
  return (scene) => {
    ask(scene, kind).catch((error: Error) =>
      scene.world.note(`${kind} was refused: ${error.message}`),
    );
    return () => undefined;
  };
}

/** A person takes back the move whose commit window is open, with nobody's approval. */
export function takenBack(scene: Scene): () => void {
  const { world, running } = scene;
  const act = async () => {
    const commit = running()[0]?.pipeline.logbook.commit;
    if (!commit) throw new Error("there is nothing to take back");
    await ask(scene, commit.back, commit.operation.id);
  };
  act().catch((error: Error) => world.note(`taking it back was refused: ${error.message}`));
  return () => undefined;
}

/** Begins the fault once such an operation has run for some moments; not at all, where there is none. */
export function during(
  kind: string,
  fault: (scene: Scene, forMs: number) => () => void,
): (scene: Scene, forMs: number) => () => void {
  return (scene, forMs) => {
    const { world, chance } = scene;
    const over = new AbortController();
    const afterMs = chance.isOneIn(2) ? chance.int(0, 60) : chance.int(0, 900);
    let end: () => void = () => undefined;
    const begin = async () => {
      while (!(await isRunning(scene, kind))) await world.clock.sleep(POLL_MS, over.signal);
      await world.clock.sleep(afterMs, over.signal);
      world.note(`it begins during a ${kind}`);
      end = fault(scene, forMs);
    };
    begin().catch(() => undefined);
    return () => {
      over.abort(new Error("over"));
      end();
    };
  };
}

async function isRunning({ world }: Scene, kind: string): Promise<boolean> {
  const heads = await world.journal.operations({ limit: 3 });
  return heads.some((head) => head.kind === kind && !head.ended);
}

async function ask({ world, running }: Scene, kind: string, takesBack?: string): Promise<void> {
  const [one] = running();
  const runbook = runbooks.get(kind);
  if (!one || !runbook) throw new Error("nobody can do that now");
  world.requests += 1;
  const request = { id: `op-asked-${world.requests}`, by: "alice", reason: "because" };
  const more = takesBack === undefined ? {} : { takesBack };
  await openOnRequest(runbook, { ...request, ...more }, one.pipeline);
  world.note(`${kind} was taken`);
}

const POLL_MS = 15;
