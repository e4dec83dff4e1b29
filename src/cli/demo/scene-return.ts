import { createChance } from "../../adapters/chance/system-chance.ts";
import { codeOf, detailOf } from "../../domain/errors.ts";
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
    const late = await untilOver(stage, "quarantine", { withinMs: QUARANTINE_MS });
    if (late.length > 0) {
      tell(stage, "STOP", "blue is not quarantined: nobody gives up what its store has");
      return late;
    }
    const wrong: string[] = [];
    const refusal = await ask(stage);
    if ("operation" in refusal) wrong.push("the failback was accepted while blue was not ready");
    else tellRefusal(stage, refusal.whys);
    tell(stage, "alice", "has blue's store follow green's, as whoever owns the data decides");
    const unfenced = await resynchronise(stage, "blue");
    if (unfenced !== undefined) return [...wrong, unfenced];
    const agreedAt = await untilAgreed(stage);
    if (agreedAt === undefined) return [...wrong, "the failback was refused to the end"];
    return [...wrong, ...(await untilHome(stage, agreedAt))];
  },
};

async function untilHome(stage: Stage, from: number): Promise<readonly string[]> {
  const { clock, crowd, signal } = stage;
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
    return { whys: detailOf(error).split("; ") };
  }
}

function tellRefusal(stage: Stage, whys: readonly string[]): void {
  const { screen, clock } = stage;
  screen.tell({ at: clock.wallMs(), what: "failback", text: "refused:", details: whys });
}

/** Asked again until nothing is missing, and agreed to; since when, or undefined: that did not come. */
async function untilAgreed(stage: Stage): Promise<number | undefined> {
  const { clock, narrator, signal } = stage;
  const deadlineMs = clock.monotonicMs() + READY_MS;
  for (;;) {
    const answer = await ask(stage);
    if ("operation" in answer) {
      const from = clock.wallMs();
      narrator.awaitAnswersOf("blue");
      tell(stage, "waits", "it is accepted, once a second person agrees to it");
      if (await approve(stage, answer.operation)) return from;
    }
    if (clock.monotonicMs() > deadlineMs) {
      if ("whys" in answer) tellRefusal(stage, answer.whys);
      return undefined;
    }
    await clock.sleep(AGAIN_MS, signal);
  }
}

/** What held when it was asked for must still hold: else it is refused, and asked for anew. */
async function approve({ approver }: Stage, operation: string): Promise<boolean> {
  try {
    await approver.post(`/v1/operations/${operation}/approve`);
    return true;
  } catch (error) {
    if (codeOf(error) !== "GL_REFUSED") throw error;
    return false;
  }
}

/** Also on a busy machine. */
const QUARANTINE_MS = 30_000;
const READY_MS = 20_000;
const AGAIN_MS = 500;
const MOVE_MS = 25_000;
const TAIL_MS = 1_500;
