import { GreenlightError } from "../../domain/errors.ts";
import type { Fence } from "../../domain/fence.ts";

/** Where the pair of whoever wrote the record last is: a TXT record beside it. */
export function fenceNameOf(record: string): string {
  return `_greenlight.${record}`;
}

export function pairText({ epoch, sequence }: Fence): string {
  return `epoch=${epoch} sequence=${sequence}`;
}

/** Of all texts there; zero where there is none. Throws GL_RECORD_UNREADABLE at what is not ours. */
export function readPair(texts: readonly string[], record: string): Fence {
  const [first, ...others] = texts;
  if (first === undefined) return { epoch: 0, sequence: 0 };
  const [, epoch, sequence] = /^epoch=(\d{1,15}) sequence=(\d{1,15})$/.exec(first) ?? [];
  if (epoch === undefined || sequence === undefined || others.length > 0) {
    const what = `TXT ${fenceNameOf(record)} is not one \`epoch=N sequence=N\``;
    throw new GreenlightError("GL_RECORD_UNREADABLE", what);
  }
  return { epoch: Number(epoch), sequence: Number(sequence) };
}
