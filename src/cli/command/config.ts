import type { Command } from "commander";
import { type Problem, problemText } from "../../adapters/yaml/yaml-file.ts";
import { codeOf } from "../../domain/errors.ts";
import type { Config } from "../../runtime/config.ts";
import { loadConfig } from "../../runtime/config-file.ts";
import { renderJsonSchema } from "../../runtime/json-schema.ts";
import { wrap } from "../render/text-block.ts";
import type { Shell } from "../shell.ts";

/** Prints what is wrong with it, all at once. */
export async function check(shell: Shell, command: Command, file: string): Promise<void> {
  try {
    const found = await loadConfig(file, shell.terminal.env);
    await shell.print(command, { file, problems: [] }, () => summary(found));
  } catch (error) {
    if (codeOf(error) !== "GL_CONFIG") throw error;
    const problems = problemsOf(error);
    await shell.print(command, { file, problems }, () =>
      problems.map((problem) => `${problemText(problem)}\n`).join(""),
    );
    shell.status = 78;
  }
}

/** For an editor. */
export async function printSchema(
  shell: Shell,
  what: Parameters<typeof renderJsonSchema>[0],
): Promise<void> {
  await shell.terminal.out(renderJsonSchema(what));
}

function problemsOf(error: unknown): readonly Problem[] {
  const { cause } = error as { readonly cause?: readonly Problem[] };
  return Array.isArray(cause) ? cause : [];
}

function summary({ file, applications, clusters, runbooks }: Config): string {
  const names = applications.map(({ application }) => application.name).join(", ");
  const places = clusters.map(({ name }) => name).join(", ");
  const kinds = [...runbooks.keys()].join(", ");
  const text = `${file} is right: ${names} on ${places}; runbooks ${kinds}.`;
  return `${wrap("", text).join("\n")}\n`;
}
