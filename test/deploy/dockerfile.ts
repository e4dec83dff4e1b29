import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Copy, DockerfileParser, type Instruction } from "dockerfile-ast";
import { ROOT } from "./compose-file.ts";

export interface Stage {
  /** Absent of the last. */
  readonly name: string | undefined;
  /** An image, or an earlier stage. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** What the Dockerfile builds, in its order. */
export function readDockerfile(): readonly Stage[] {
  const text = readFileSync(join(ROOT, "Dockerfile"), "utf8");
  const stages: { name: string | undefined; from: string; instructions: Instruction[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const words = instruction.getArguments().map((word) => word.getValue());
    if (instruction.getKeyword() === "FROM")
      stages.push({ from: words[0] ?? "", name: words[2], instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

export interface Copying {
  /** A stage; absent: what the builder was sent. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

export function copyingOf(instruction: Instruction): Copying | undefined {
  if (!(instruction instanceof Copy)) return undefined;
  const words = instruction.getArguments().map((word) => word.getValue());
  const flag = instruction.getFlags().find((one) => one.getName() === "from");
  const from = flag?.getValue() ?? undefined;
  return { from, sources: words.slice(0, -1), target: words.at(-1) ?? "" };
}
