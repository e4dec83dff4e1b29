import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { ToAndFro } from "../bench/to-and-fro.ts";

const BENCH = join(import.meta.dirname, "../../dist/test/bench/main.js");
/** Of all moves together, on a machine that has other things to do. */
const PATIENCE_MS = 300_000;

test(
  "twenty planned moves in a row fail no request and lose no acknowledged write",
  async () => {
    const args = [BENCH, "switchover", "--runs", "20", "--json"];
    const bench = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    bench.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const [code] = await once(bench, "close");
    expect([code, said]).toEqual([0, said]);
    const last = said.trimEnd().split("\n").at(-1) ?? "";
    const { moves, asked, failed, writesAcknowledged, writesLost }: ToAndFro = JSON.parse(last);
    expect(moves.map(({ outcome, to }) => [outcome, to])).toEqual(
      Array.from({ length: 20 }, (_, number) => ["succeeded", number % 2 ? "blue" : "green"]),
    );
    expect({ failed, writesLost }).toEqual({ failed: 0, writesLost: 0 });
    expect(asked).toBeGreaterThan(20 * 20);
    expect(writesAcknowledged).toBeGreaterThan(20 * 4);
  },
  PATIENCE_MS,
);
