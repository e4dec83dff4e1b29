import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import type { ToAndFro } from "../bench/to-and-fro.ts";

const BENCH = join(import.meta.dirname, "../../dist/test/bench/main.js");
/** Of all moves together, on a machine that has other things to do. */
const PATIENCE_MS = 300_000;
let bench: ChildProcess | undefined;

afterEach(() => {
  bench?.kill("SIGKILL");
});

test(
  "twenty planned moves in a row fail no request and lose no acknowledged write",
  async () => {
    const args = [BENCH, "switchover", "--runs", "20", "--json"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    bench = child;
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const [code] = await once(child, "close");
    expect([code, said]).toEqual([0, said]);
    const last = said.trimEnd().split("\n").at(-1) ?? "";
    const seen: ToAndFro = JSON.parse(last);
    const { moves, lastedMs, asked, failed, writesAcknowledged, writesLost } = seen;
    expect(moves.map(({ outcome, to }) => [outcome, to])).toEqual(
      Array.from({ length: 20 }, (_, number) => ["succeeded", number % 2 ? "blue" : "green"]),
    );
    expect({ failed, writesLost }).toEqual({ failed: 0, writesLost: 0 });
    // Fifty a second, one in five a write, less what a busy machine swallows of them.
    expect(asked).toBeGreaterThan((40 * lastedMs) / 1000);
    expect(writesAcknowledged).toBeGreaterThan((8 * lastedMs) / 1000);
  },
  PATIENCE_MS,
);
