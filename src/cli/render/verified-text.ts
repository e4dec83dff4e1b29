import type { Break } from "../../domain/chain.ts";
import type { CheckpointFindings } from "../../domain/checkpoint.ts";
import { renderInstant } from "../../domain/instant.ts";
import type { Heads } from "../../domain/journal-head.ts";
import { wrap } from "./text-block.ts";

/** What was found of a journal. */
export interface Verified {
  readonly records: number;
  /** Of all streams together: keep it elsewhere, and give it to `--head` later. */
  readonly head: string | null;
  /** The same by stream: where these were kept, it is also found where something was cut off. */
  readonly heads: Heads;
  readonly broken: readonly Break[];
  /** Absent: no key was given to check with. */
  readonly signatures?: Omit<CheckpointFindings, "broken">;
  /** For people: what follows from it, and what does not. */
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
}

export function renderVerified({ records, head, broken, ...found }: Verified): string {
  const lines = broken.flatMap(({ stream, seq, what }) =>
    wrap("", `${stream}${seq > 0 ? ` record ${seq}` : ""}: ${what}`),
  );
  const how = broken.length === 0 ? "all as they were written" : `${broken.length} wrong`;
  return [
    ...lines,
    `${records} records, ${how}`,
    ...(head === null ? [] : [`head ${head}`]),
    ...found.proves.flatMap((line) => wrap("proves          ", line)),
    ...found.doesNotProve.flatMap((line) => wrap("does not prove  ", line)),
    "",
  ].join("\n");
}

/** What an intact journal proves, with and without signatures and a given head, and what it can't. */
export function meaningOf(
  isWhole: boolean,
  signatures: CheckpointFindings | undefined,
  covers?: "every stream" | "the ledger",
): Pick<Verified, "proves" | "doesNotProve"> {
  if (!isWhole)
    return { proves: [], doesNotProve: ["anything of what is wrong, and of what depends on it"] };
  const chained =
    "every record that is here is as its hash says, in its place, none is missing in between";
  const upTo =
    covers === undefined
      ? []
      : [`up to the given head, nothing in ${covers} was changed or cut off`];
  if (signatures?.newest == null)
    return {
      proves: [chained, ...upTo],
      doesNotProve: [
        covers === "every stream"
          ? "who wrote what comes after the given head: no signature was checked (--key PUBLIC)"
          : "that nobody made all of it anew: no signature was checked (--key PUBLIC)",
        tailOf(covers, "that no tail was cut off (--head HEAD, of a head kept elsewhere)"),
      ],
    };
  const { newest, unsigned, unsignedOperations } = signatures;
  const until = `ledger record ${newest.signed}, signed at ${renderInstant(newest.at)}`;
  const after = unsigned === 0 ? "" : `: ${unsigned} of them, of ${unsignedOperations.join(", ")}`;
  return {
    proves: [
      chained,
      `up to ${until}, nobody without the private key changed, added or removed anything that the ledger notes or the checkpoint names`,
      ...upTo,
    ],
    doesNotProve: [
      ...(unsigned > 0 ? [`who wrote the ledger's notes after it${after}`] : []),
      tailOf(
        covers,
        "that nothing was cut off after that checkpoint, newer checkpoints with it: compare with one that was kept elsewhere (--head HEAD)",
      ),
    ],
  };
}

/** Of what came last, somebody has to have kept something. */
function tailOf(covers: "every stream" | "the ledger" | undefined, unknown: string): string {
  if (covers === undefined) return unknown;
  if (covers === "every stream") return "that nothing was cut off after the given head";
  return "that no tail of an application's stream was cut off: the given head is of the ledger alone";
}
