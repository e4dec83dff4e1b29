import type { Command } from "commander";
import { sha256 } from "../../adapters/digest/sha256.ts";
import { type Break, whyBroken } from "../../domain/chain.ts";
import { LEDGER } from "../../domain/event.ts";
import { parseJournal } from "../../domain/journal-text.ts";
import { readText } from "../read-text.ts";
import { wrap } from "../render/text-block.ts";
import type { Shell } from "../shell.ts";

export function addAudit(program: Command, shell: Shell): void {
  const audit = program
    .command("audit")
    .description("The journal, and the proof that it is whole.");
  audit
    .command("verify")
    .description("Check every record's hash and place; exit status 3 where something is wrong.")
    .argument("[file]", "an exported journal; without one, that of the running Greenlight")
    .option("--head <hash>", "a head that was kept elsewhere: its record must still be there")
    .addHelpText(
      "after",
      "\nExamples:\n  $ greenlight audit verify\n  $ greenlight audit verify journal.jsonl",
    )
    .action(async (file: string | undefined, options: { head?: string }, command: Command) => {
      const text = file === undefined ? await exported(shell) : await readText(file);
      const verified = verify(text, options.head);
      await shell.print(command, verified, () => render(verified));
      shell.status = verified.broken.length > 0 ? 3 : 0;
    });
  audit
    .command("export")
    .description("Print the whole journal, a record a line.")
    .addHelpText("after", "\nExamples:\n  $ greenlight audit export > journal.jsonl")
    .action(async () => await shell.terminal.out(await exported(shell)));
}

interface Verified {
  readonly records: number;
  /** The hash of the ledger's last record: keep it elsewhere, and give it to `--head` later. */
  readonly head: string | null;
  readonly broken: readonly Break[];
}

function exported(shell: Shell): Promise<string> {
  return shell.client().text("/v1/audit/journal");
}

function verify(text: string, head: string | undefined): Verified {
  const { events, bad } = parseJournal(text);
  const unread = bad.map(({ line, what }) => ({ stream: `line ${line}`, seq: 0, what }));
  const ledger = events.filter(({ stream }) => stream === LEDGER);
  const lost =
    head === undefined || ledger.some(({ hash }) => hash === head)
      ? []
      : [{ stream: LEDGER, seq: 0, what: `has no record of the head ${head}` }];
  const broken = [...unread, ...whyBroken(events, sha256), ...lost];
  return { records: events.length, head: ledger.at(-1)?.hash ?? null, broken };
}

function render({ records, head, broken }: Verified): string {
  const lines = broken.flatMap(({ stream, seq, what }) =>
    wrap("", `${stream}${seq > 0 ? ` record ${seq}` : ""}: ${what}`),
  );
  const counted = `${records} records, ${broken.length === 0 ? "all as they were written" : `${broken.length} wrong`}`;
  return [...lines, counted, ...(head === null ? [] : [`head ${head}`]), ""].join("\n");
}
