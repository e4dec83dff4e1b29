import type { Command } from "commander";
import type { Explanation } from "../../domain/explain.ts";
import { renderInstant } from "../../domain/instant.ts";
import type { ExplanationOfKind } from "../../runtime/control.ts";
import { field, wrap } from "../render/text-block.ts";
import type { Shell } from "../shell.ts";

export function addExplain(program: Command, shell: Shell): void {
  program
    .command("explain")
    .description("Say whether it would move now, and if not, why not.")
    .argument("<application>")
    .option("--kind <kind>", "and whether a request of that kind would be accepted now")
    .addHelpText(
      "after",
      "\nExamples:\n  $ greenlight explain shop\n  $ greenlight explain shop --kind failback",
    )
    .action(async (application: string, { kind }: { kind?: string }, command: Command) => {
      const query = kind === undefined ? "" : `?kind=${encodeURIComponent(kind)}`;
      const path = `/v1/applications/${encodeURIComponent(application)}/explain${query}`;
      const answer = await shell.client().get<ExplanationOfKind>(path);
      await shell.print(command, answer, () => renderExplanation(answer));
    });
}

function renderExplanation(explanation: ExplanationOfKind): string {
  const { application, primary, to, action, reasons, guards, verdicts, since } = explanation;
  const { request } = explanation;
  const lines = [
    ...(request ? [...renderRequest(application, request), ""] : []),
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

/** What became of asking now: every reason, one a line. */
function renderRequest(
  application: string,
  { kind, from, to, people, refusals }: NonNullable<ExplanationOfKind["request"]>,
): readonly string[] {
  const way = from === null || to === null ? "" : ` from ${from} to ${to}`;
  const what = `A ${kind} of ${application}${way}`;
  if (refusals.length > 0)
    return [
      ...wrap("", `${what} would be refused now:`),
      ...refusals.flatMap((why) => wrap("  - ", why)),
    ];
  const others = people > 1 ? `, and begins once ${people} people agree` : "";
  return wrap("", `${what} would be accepted now${others}.`);
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
  const first =
    firstFailedAt === null
      ? "first failed before the clock was set back"
      : `first failed at ${renderInstant(firstFailedAt)}`;
  return `${first}${good}`;
}
