import { parseArgs } from "node:util";
import { benchFailover } from "./failover.ts";
import { benchJournal } from "./journal.ts";
import { benchPreemption } from "./preemption.ts";
import { benchSwitchover } from "./switchover.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    real: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const BENCHES: Readonly<Record<string, (options: Options) => Promise<void>>> = {
  failover: benchFailover,
  journal: benchJournal,
  preemption: benchPreemption,
  switchover: benchSwitchover,
};

interface Options {
  readonly runs: number;
  /** On control planes, PostgreSQL and BIND in the place of the sandbox. */
  readonly real: boolean;
  readonly json: boolean;
}

const [name = ""] = positionals;
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
const { real, json } = values;
const runs = Number.parseInt(values.runs ?? (real ? "30" : "10"), 10);
if (bench && (name === "failover" || !real)) await bench({ runs, real, json });
else {
  const names = Object.keys(BENCHES).join("|");
  process.stderr.write(
    `usage: npm run bench -- ${names} [--runs 10] [--json]\n       npm run bench -- failover --real [--runs 30] [--json]\n`,
  );
  process.exitCode = 64;
}
