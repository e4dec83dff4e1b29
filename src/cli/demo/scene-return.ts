import { createChance } from "../../adapters/chance/system-chance.ts";
import { codeOf, reasonOf } from "../../domain/errors.ts";
import { resynchronise } from "./resynchronise.ts";
import { type Scene, type Stage, tell, untilOver } from "./scene.ts";

/** Blue comes back: it is quarantined by itself, and goes home only when people say so. */
export const RETURN: Scene = {
  name: "return",
  title: "blue comes back, is quarantined, and goes home when two people agree",
  play: async (stage) => {
    const { screen, clock, panel } = stage;
    screen.start(clock.wallMs());
    tell(stage, "HEAL", "blue's servers are back, with what they had");
    await panel.heal();
    const wrong = [...(await untilOver(stage, "quarantine", { withinMs: QUARANTINE_MS }))];
    const refusal = await ask(stage);
    if ("operation" in refusal) wrong.push("the failback was accepted while blue was not ready");
    else tellRefusal(stage, refusal.whys);
    tell(stage, "alice", "has blue's store follow green's, as whoever owns the data decides");
    await resynchronise(stage, "blue");
    const accepted = await untilAccepted(stage);
    if (accepted === undefined) return [...wrong, "the failback was refused to the end"];
    return [...wrong, ...(await goHome(stage, accepted))];
  },
};

async function goHome(stage: Stage, operation: string): Promise<readonly string[]> {
  const { clock, crowd, narrator, approver, signal } = stage;
  tell(stage, "waits", `${operation} is accepted, once a second person agrees to it`);
  const from = clock.wallMs();
  narrator.awaitAnswersOf("blue");
  await approver.post(`/v1/operations/${operation}/approve`);
  const wrong = await untilOver(stage, "failback", { withinMs: MOVE_MS });
  await clock.sleep(TAIL_MS, signal);
  const during = crowd.answers.filter(({ askedAt }) => askedAt >= from);
  const failed = during.filter(({ cluster }) => cluster === undefined).length;
  tell(stage, "clients", `asked ${during.length} times since the approval, ${failed} failed`);
  if (failed === 0) return wrong;
  return [...wrong, `${failed} of ${during.length} requests failed during the failback`];
}

type Answer = { readonly operation: string } | { readonly whys: readonly string[] };

/** As `greenlight failback shop` does. */
async function ask({ world: { client }, clock }: Stage): Promise<Answer> {
  const key = createChance(clock).id();
  try {
    const wanted = { application: "shop", kind: "failback", reason: "blue is well again" };
    return await client.post<{ operation: string }>("/v1/operations", wanted, {
      "idempotency-key": key,
    });
  } catch (error) {
    if (codeOf(error) !== "GL_REFUSED") throw error;
    return { whys: reasonOf(error).split("; ") };
  }
}

function tellRefusal(stage: Stage, whys: readonly string[]): void {
  const { screen, clock } = stage;
  screen.tell({ at: clock.wallMs(), what: "failback", text: "refused:", details: whys });
}

/** Asked again until nothing is missing; undefined: that did not come. */
async function untilAccepted(stage: Stage): Promise<string | undefined> {
  const { clock, signal } = stage;
  const deadlineMs = clock.monotonicMs() + READY_MS;
  for (;;) {
    const answer = await ask(stage);
    if ("operation" in answer) return answer.operation;
    if (clock.monotonicMs() > deadlineMs) {
      tellRefusal(stage, answer.whys);
      return undefined;
    }
    await clock.sleep(AGAIN_MS, signal);
  }
}

const QUARANTINE_MS = 15_000;
const READY_MS = 20_000;
const AGAIN_MS = 500;
const MOVE_MS = 25_000;
const TAIL_MS = 1_500;
