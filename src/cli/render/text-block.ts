export { renderDuration } from "../../domain/duration-text.ts";

/** Terminals that people read incidents on are this wide. */
export const WIDTH = 80;

/**
 * Lines of at most 80 columns: the first after `head`, the others below its text. Words longer than
 * a line are cut in two, a number stays with its unit. Control characters, which could move a
 * terminal's cursor, become spaces: reasons and answers come from the world.
 */
export function wrap(head: string, text: string): readonly string[] {
  const room = Math.max(1, WIDTH - head.length);
  const lines: string[] = [];
  let line = "";
  for (const word of wordsOf(text, room)) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  const blank = " ".repeat(head.length);
  return [...lines, line].map((one, i) =>
    `${i === 0 ? head : blank}${one.replaceAll(JOINED, " ")}`.trimEnd(),
  );
}

/** A label in a column of its own, the text beside it; a long label begins the text. */
export function field(label: string, text: string, columns = 13): readonly string[] {
  return label.length > columns
    ? wrap("  ", `${label}: ${text}`)
    : wrap(`  ${label.padEnd(columns)} `, text);
}

/** A space that no line ends at. */
const JOINED = "\u00a0";

function wordsOf(text: string, room: number): readonly string[] {
  const plain = text.replace(/\p{Cc}/gu, " ");
  const words = plain.replace(/(\d) (?=(?:ms|s|min|h)\b)/g, `$1${JOINED}`).split(" ");
  const cut = new RegExp(`.{1,${room}}`, "gu");
  return words.flatMap((word) => word.match(cut) ?? []);
}
