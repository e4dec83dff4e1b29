import type { CallHttp } from "../../adapters/http/http-call.ts";
import type { Client } from "../client.ts";
import type { Crowd } from "./crowd.ts";
import type { DemoTools } from "./demo-tools.ts";
import type { Narrator } from "./narrator.ts";
import type { Panel } from "./panel.ts";
import type { World } from "./world.ts";

/** What a scene has to play with. */
export interface Stage extends DemoTools {
  readonly world: World;
  readonly panel: Panel;
  readonly call: CallHttp;
  readonly crowd: Crowd;
  readonly narrator: Narrator;
  /** Greenlight, asked by somebody else than by whom the operations are asked for. */
  readonly approver: Client;
}

/** One part of the whole story. */
export interface Scene {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Plays it to its end, and says what went otherwise than it should have. */
  play(stage: Stage): Promise<readonly string[]>;
}

/** Something of the demo's own among what the journal tells. */
export function tell({ screen, clock }: DemoTools, what: string, text: string): void {
  screen.tell({ at: clock.wallMs(), what, text });
}

/** Is the newest operation of that kind over, and how? Waited for within the bound. */
export async function untilOver(
  { narrator }: Stage,
  kind: string,
  { count = 1, withinMs }: { readonly count?: number; readonly withinMs: number },
): Promise<readonly string[]> {
  const those = () => narrator.operations.filter((one) => one.kind === kind);
  const isOver = () => those().length >= count && those().at(-1)?.state !== "running";
  await narrator.until(isOver, withinMs);
  const state = those().at(-1)?.state ?? "never opened";
  return OVER.includes(state) && isOver() ? [] : [`the ${kind}: ${state}`];
}

const OVER: readonly string[] = ["succeeded", "restored"];
