import type { Command } from "commander";
import { sha256 } from "../../adapters/digest/sha256.ts";
import { createVerifier } from "../../adapters/signing/ed25519.ts";
import { whyBroken } from "../../domain/chain.ts";
import { checkCheckpoints } from "../../domain/checkpoint.ts";
import { LEDGER } from "../../domain/event.ts";
import { renderInstant } from "../../domain/instant.ts";
import { parseJournal } from "../../domain/journal-text.ts";
import type { AuditCheckpoint, AuditKey } from "../../runtime/control.ts";
import { readText } from "../read-text.ts";
import { field } from "../render/text-block.ts";
import { meaningOf, renderVerified, type Verified } from "../render/verified-text.ts";
import type { Shell } from "../shell.ts";

export function addAudit(program: Command, shell: Shell): void {
  const audit = program
    .command("audit")
    .description("The journal, and the proof that it is whole.");
  addVerify(audit, shell);
  audit
    .command("export")
    .description("Print the whole journal, a record a line.")
    .addHelpText("after", "\nExamples:\n  $ greenlight audit export > journal.jsonl")
    .action(async () => await shell.terminal.out(await exported(shell)));
  audit
    .command("key")
    .description("Print the public key that checkpoints are checked with.")
    .addHelpText("after", "\nExamples:\n  $ greenlight audit key > greenlight.pub")
    .action(async (_options: object, command: Command) => {
      const key = await shell.client().get<AuditKey>("/v1/audit/key");
      await shell.print(command, key, () => `${key.publicKey}\n`);
    });
  audit
    .command("checkpoint")
    .description("Print the newest signed head: keep it elsewhere.")
    .action(async (_options: object, command: Command) => {
      const newest = await shell.client().get<AuditCheckpoint>("/v1/audit/checkpoint");
      await shell.print(command, newest, () => renderCheckpoint(newest));
    });
}

interface VerifyOptions {
  readonly head?: string;
  readonly key?: string;
}

function addVerify(audit: Command, shell: Shell): void {
  audit
    .command("verify")
    .description("Check every record's hash and place; exit status 3 where something is wrong.")
    .argument("[file]", "an exported journal; without one, that of the running Greenlight")
    .option("--head <hash>", "a head that was kept elsewhere: its record must still be there")
    .option("--key <public>", "the public key, or a file of it: checks the signed heads too")
    .addHelpText(
      "after",
      "\nExamples:\n  $ greenlight audit verify\n" +
        "  $ greenlight audit verify journal.jsonl --key greenlight.pub",
    )
    .action(async (file: string | undefined, options: VerifyOptions, command: Command) => {
      const text = file === undefined ? await exported(shell) : await readText(file);
      const { head, key } = options;
      const publicKey = key === undefined ? undefined : await readKey(key);
      const verified = verify(text, { head, publicKey });
      await shell.print(command, verified, () => renderVerified(verified));
      shell.status = verified.broken.length > 0 ? 3 : 0;
    });
}

/** The key itself, or a file that holds it. */
async function readKey(key: string): Promise<string> {
  return /^[A-Za-z0-9+/]{58,60}=*$/.test(key) ? key : (await readText(key)).trim();
}

function exported(shell: Shell): Promise<string> {
  return shell.client().text("/v1/audit/journal");
}

function verify(
  text: string,
  {
    head,
    publicKey,
  }: { readonly head: string | undefined; readonly publicKey: string | undefined },
): Verified {
  const { events, bad } = parseJournal(text);
  const unread = bad.map(({ line, what }) => ({ stream: `line ${line}`, seq: 0, what }));
  const ledger = events.filter(({ stream }) => stream === LEDGER);
  const lost =
    head === undefined || ledger.some(({ hash }) => hash === head)
      ? []
      : [{ stream: LEDGER, seq: 0, what: `has no record of the head ${head}` }];
  const found =
    publicKey === undefined ? undefined : checkCheckpoints(events, createVerifier(publicKey));
  const broken = [...unread, ...whyBroken(events, sha256), ...lost, ...(found?.broken ?? [])];
  const { broken: _, ...signatures } = found ?? { broken: [] };
  return {
    records: events.length,
    head: ledger.at(-1)?.hash ?? null,
    broken,
    ...("checkpoints" in signatures && { signatures }),
    ...meaningOf(broken.length === 0, found),
  };
}

function renderCheckpoint({ signed, signedHash, key, at, signature, heads }: AuditCheckpoint) {
  const lines = [
    ...field("ledger", `record ${signed}`),
    ...field("head", signedHash),
    ...field("signed", `${renderInstant(at)}, by key ${key}`),
    ...field("signature", signature),
    ...Object.entries(heads).flatMap(([stream, { seq, hash }]) =>
      field("beside", `${stream} record ${seq} ${hash}`),
    ),
  ];
  return `${lines.join("\n")}\n`;
}
