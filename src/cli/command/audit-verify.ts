import type { Command } from "commander";
import { z } from "zod";
import { sha256 } from "../../adapters/digest/sha256.ts";
import { createVerifier } from "../../adapters/signing/ed25519.ts";
import { type Break, whyBroken } from "../../domain/chain.ts";
import { checkCheckpoints } from "../../domain/checkpoint.ts";
import { GreenlightError } from "../../domain/errors.ts";
import { type JournalEvent, LEDGER } from "../../domain/event.ts";
import {
  digestOfHeads,
  type Heads,
  hadHead,
  headsOf,
  whyNotUpTo,
} from "../../domain/journal-head.ts";
import { parseJournal } from "../../domain/journal-text.ts";
import { readText } from "../read-text.ts";
import { meaningOf, renderVerified, type Verified } from "../render/verified-text.ts";
import type { Shell } from "../shell.ts";

interface VerifyOptions {
  readonly head?: string;
  readonly key?: string;
}

export function addVerify(audit: Command, shell: Shell, exported: () => Promise<string>): void {
  audit
    .command("verify")
    .description("Check every record's hash and place; exit status 3 where something is wrong.")
    .argument("[file]", "an exported journal; without one, that of the running Greenlight")
    .option(
      "--head <head>",
      "a head that was kept elsewhere: all up to it must be there. What this prints as head, or a file of `audit verify -o json` or `audit checkpoint -o json`, which also tells where something was cut off",
    )
    .option("--key <public>", "the public key, or a file of it: checks the signed heads too")
    .addHelpText(
      "after",
      "\nExamples:\n  $ greenlight audit verify\n" +
        "  $ greenlight audit verify -o json > head.json\n" +
        "  $ greenlight audit verify journal.jsonl --key greenlight.pub --head head.json",
    )
    .action(async (file: string | undefined, options: VerifyOptions, command: Command) => {
      const text = file === undefined ? await exported() : await readText(file);
      const { head, key } = options;
      const publicKey = key === undefined ? undefined : await readKey(key);
      const given = head === undefined ? undefined : await readHead(head);
      const verified = verify(text, { given, publicKey });
      await shell.print(command, verified, () => renderVerified(verified));
      shell.status = verified.broken.length > 0 ? 3 : 0;
    });
}

/** The key itself, or a file that holds it. */
async function readKey(key: string): Promise<string> {
  return /^[A-Za-z0-9+/]{58,60}=*$/.test(key) ? key : (await readText(key)).trim();
}

type GivenHead = { readonly hash: string } | { readonly heads: Heads };

/** The short text, or a file that has the head of each stream. */
async function readHead(head: string): Promise<GivenHead> {
  if (/^[0-9a-f]{64}$/.test(head)) return { hash: head };
  const text = await readText(head);
  try {
    const { heads, signed, signedHash } = headSchema.parse(JSON.parse(text));
    const ledger = signed > 0 ? { [LEDGER]: { seq: signed, hash: signedHash } } : {};
    return { heads: { ...ledger, ...heads } };
  } catch (error) {
    const what =
      "has no heads: give a file of `audit verify -o json` or `audit checkpoint -o json`";
    throw new GreenlightError("GL_USAGE", `${head} ${what}`, error);
  }
}

const headSchema = z.object({
  heads: z.record(z.string(), z.object({ seq: z.int().positive(), hash: z.string() })),
  /** Of a checkpoint: the ledger's own. */
  signed: z.int().nonnegative().default(0),
  signedHash: z.string().default(""),
});

function verify(
  text: string,
  {
    given,
    publicKey,
  }: { readonly given: GivenHead | undefined; readonly publicKey: string | undefined },
): Verified {
  const { events, bad } = parseJournal(text);
  const unread = bad.map(({ line, what }) => ({ stream: `line ${line}`, seq: 0, what }));
  const upTo = given && compare(given, events);
  const found =
    publicKey === undefined ? undefined : checkCheckpoints(events, createVerifier(publicKey));
  const broken = [
    ...unread,
    ...whyBroken(events, sha256),
    ...(upTo?.broken ?? []),
    ...(found?.broken ?? []),
  ];
  const { broken: _, ...signatures } = found ?? { broken: [] };
  const heads = headsOf(events);
  return {
    records: events.length,
    head: events.length === 0 ? null : digestOfHeads(heads, sha256),
    heads,
    broken,
    ...("checkpoints" in signatures && { signatures }),
    ...meaningOf(broken.length === 0, found, upTo?.covers),
  };
}

/** Is all there that was there at that head? And of which streams does it speak? */
function compare(
  given: GivenHead,
  events: readonly JournalEvent[],
): { readonly broken: readonly Break[]; readonly covers: "every stream" | "the ledger" } {
  if ("heads" in given) return { broken: whyNotUpTo(given.heads, events), covers: "every stream" };
  const { hash } = given;
  if (hadHead(events, hash, sha256)) return { broken: [], covers: "every stream" };
  if (events.some((event) => event.stream === LEDGER && event.hash === hash))
    return { broken: [], covers: "the ledger" };
  const what = `never had the head ${hash}: something of it was cut off or changed, or it is of another journal; a file of that head (-o json) tells where`;
  return { broken: [{ stream: "the journal", seq: 0, what }], covers: "every stream" };
}
