import { type Command, CommanderError } from "commander";
import { codeOf, detailOf, ERRORS, runbookOf } from "../domain/errors.ts";
import { createProgram } from "./program.ts";
import { Shell } from "./shell.ts";
import type { Terminal } from "./terminal.ts";

/** Runs one command to its end and says with which status the process exits. Never rejects. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const shell = new Shell(terminal);
  const program: Command = createProgram(shell);
  try {
    await program.parseAsync(args, { from: "user" });
    return shell.status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : ERRORS.GL_USAGE.exit;
    const code = codeOf(error) ?? "GL_BUG";
    terminal.err(`greenlight: ${code}: ${ERRORS[code].title}: ${detailOf(error)}\n`);
    if (code === "GL_BUG" && error instanceof Error) terminal.err(`${error.stack}\n`);
    terminal.err(`what to do: runbooks/${runbookOf(code)}\n`);
    return ERRORS[code].exit;
  }
}
