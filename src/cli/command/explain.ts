import type { Command } from "commander";
import type { Explanation } from "../../domain/explain.ts";
import { renderInstant } from "../../domain/instant.ts";
import { field, wrap } from "../render/text-block.ts";
import type { Shell } from "../shell.ts";

export function addExplain(program: Command, shell: Shell): void {
  program
    .command("explain")
    .description("Say whether it would move now, and if not, why not.")
    .argument("<application>")
    .addHelpText("after", "\nExamples:\n  $ greenlight explain shop")
    .action(async (application: string, _options: object, command: Command) => {
      const path = `/v1/applications/${encodeURIComponent(application)}/explain`;
      const answer = await shell.client().get<Explanation>(path);
      await shell.print(command, answer, () => renderExplanation(answer));
    });
}

function renderExplanation(explanation: Explanation): string {
  const { application, primary, to, action, reasons, guards, verdicts, since } = explanation;
  const lines = [
    ...wrap("", `${application} is on ${primary ?? "an unknown cluster"}: ${SAID[action]} ${to}.`),
    ...reasons.flatMap(({ code, text }) => field(code, text, LABEL)),
    ...(since ? field("since", renderSince(since), LABEL) : []),
    "",
    "Verdicts",
    ...verdicts.flatMap(({ cluster, verdict, evidence }) => [
      ...field(cluster, verdict, LABEL),
      ...evidence.flatMap((line) => field("", line, LABEL)),
    ]),
    "",
    "Guards",
    ...guards.flatMap(({ name, whyNot }) => field(name, whyNot ?? "passed", LABEL)),
  ];
  return `${lines.join("\n")}\n`;
}

const LABEL = 18;

const SAID: Readonly<Record<Explanation["action"], string>> = {
  move: "it moves to",
  stay: "it stays, and would move to",
  hold: "it needs a human to move to",
};

function renderSince(since: NonNullable<Explanation["since"]>): string {
  const { firstFailedAt, lastGoodAt } = since;
  const good = lastGoodAt === null ? "" : `, last good at ${renderInstant(lastGoodAt)}`;
  return `first failed at ${renderInstant(firstFailedAt)}${good}`;
}
