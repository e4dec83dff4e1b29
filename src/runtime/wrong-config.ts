import { type Problem, problemText } from "../adapters/yaml/yaml-file.ts";
import { GreenlightError } from "../domain/errors.ts";

/** GL_CONFIG with each problem on a line of its own; its cause is the list of them. */
export function wrongConfig(problems: readonly Problem[]): GreenlightError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = [count, ...problems.map(problemText)];
  return new GreenlightError("GL_CONFIG", lines.join("\n"), problems);
}
