import type { Outcome, Script } from "./outage.ts";
import { operationsOf } from "./verdict-on.ts";

/** All that a person needs to see what went wrong: what was drawn, and what happened when. */
export function storyOf(script: Script, { world, events }: Outcome, violations: readonly string[]) {
  const beginning = world.clock.wallMs() - world.clock.monotonicMs();
  const journal = [...operationsOf(events).values()].flat().map((event) => {
    const { seq, at, type } = event;
    const step = "step" in event ? `${event.step} ${event.attempt}` : "";
    const reason = "reason" in event ? event.reason : "";
    return `${String(Math.round(at - beginning)).padStart(6)} ms  #${seq} ${type} ${step} ${reason}`;
  });
  const timeOf = (line: string) => Number.parseInt(line, 10);
  const lines = [...world.story, ...journal].toSorted((a, b) => timeOf(a) - timeOf(b));
  return [...violations, JSON.stringify(script), ...lines].join("\n");
}
