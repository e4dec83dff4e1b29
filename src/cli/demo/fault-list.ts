import { field, wrap } from "../render/text-block.ts";
import { type Expected, FAULTS } from "./fault-table.ts";

/** Every fault, with what is expected of it; at most 80 columns wide. */
export function renderFaults(): string {
  const lines = Object.entries(FAULTS).flatMap(([kind, { what, result, expected }]) => [
    ...field(kind, what, KIND),
    ...field("", `-> ${result}`, KIND),
    ...field("", `   (${renderExpected(expected)})`, KIND),
  ]);
  const end = wrap("", "The demo exits with 0 when that happened, with 3 when not.");
  return `${[...lines, "", ...end].join("\n")}\n`;
}

/** As `--json` has it: an object a fault. */
export function faultObjects(): readonly object[] {
  return Object.entries(FAULTS).map(([kind, { what, result, expected }]) => {
    return { type: "fault", kind, what, result, expected };
  });
}

/** Half a sentence. */
export function renderExpected({
  moves,
  outcome,
  objectivesMet,
  verdict,
  guard,
}: Expected): string {
  return [
    `primary ${moves ? "green" : "blue"}`,
    outcome === undefined ? "no operation" : `operation ${outcome}`,
    ...(objectivesMet === undefined ? [] : [`objectives ${objectivesMet ? "met" : "missed"}`]),
    ...(verdict === undefined ? [] : [`verdict ${verdict}`]),
    ...(guard === undefined ? [] : [`guard ${guard}`]),
  ].join(", ");
}

const KIND = 16;
