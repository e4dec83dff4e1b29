import { parseArgs } from "node:util";
import { benchFailover } from "./failover.ts";
import { benchJournal } from "./journal.ts";
import { benchPreemption } from "./preemption.ts";
import { benchSwitchover } from "./switchover.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "10" },
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
  readonly json: boolean;
}

const [name = ""] = positionals;
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) await bench({ runs: Number.parseInt(values.runs, 10), json: values.json });
else {
  const names = Object.keys(BENCHES).join("|");
  process.stderr.write(`usage: npm run bench -- ${names} [--runs 10] [--json]\n`);
  process.exitCode = 64;
}
