import type { OperationDetail } from "../../../src/runtime/operation-detail.ts";

/** What was measured, one line for people: tests hold nothing to a wall-clock speed. */
export function tell(run: string, figures: Readonly<Record<string, unknown>>): void {
  const said = Object.entries(figures).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  process.stderr.write(`${run}: ${said.join(", ")}\n`);
}

/** What became of its steps, and how long after it was opened, in ms. */
export function stepsOf({ openedAt, events }: OperationDetail): string {
  const since = ({ at }: { readonly at: number }) => at - openedAt;
  const parts = events.flatMap((event) => {
    if (!("step" in event))
      return event.type === "operation.ended" ? [`ended ${since(event)}`] : [];
    return [`${event.step} ${event.type.replace("step.", "")} ${since(event)}`];
  });
  return parts.join("; ");
}
