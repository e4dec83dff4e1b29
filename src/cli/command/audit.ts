import type { Command } from "commander";
import { renderInstant } from "../../domain/instant.ts";
import type { AuditCheckpoint, AuditKey } from "../../runtime/control.ts";
import { field } from "../render/text-block.ts";
import type { Shell } from "../shell.ts";
import { addVerify } from "./audit-verify.ts";

export function addAudit(program: Command, shell: Shell): void {
  const audit = program
    .command("audit")
    .description("The journal, and the proof that it is whole.");
  addVerify(audit, shell, () => exported(shell));
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

function exported(shell: Shell): Promise<string> {
  return shell.client().text("/v1/audit/journal");
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
