import { WIDTH, wrap } from "./text-block.ts";

/** Rows under their heads, no line wider than 80 columns: what the last column can't hold wraps. */
export function renderTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = heads.slice(0, -1).map((head, column) => {
    const longest = Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0));
    return Math.min(longest, MAX_COLUMN);
  });
  const lines = [heads, ...rows].flatMap((row) => {
    const cells = widths.map((width, column) => cut(row[column] ?? "", width));
    const head = cells.map((cell) => `${cell}  `).join("");
    // Too many columns for one line: the last one gets lines of its own.
    return head.length > WIDTH - MIN_ROOM
      ? [head.slice(0, WIDTH).trimEnd(), ...wrap("    ", row.at(-1) ?? "")]
      : wrap(head, row.at(-1) ?? "");
  });
  return `${lines.join("\n")}\n`;
}

const MAX_COLUMN = 30;
const MIN_ROOM = 12;

function cut(text: string, width: number): string {
  const plain = text.replace(/\p{Cc}/gu, " ");
  return plain.length > width ? `${plain.slice(0, width - 1)}…` : plain.padEnd(width);
}
