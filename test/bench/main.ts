import { parseArgs } from "node:util";
import { benchFailover } from "./failover.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "10" },
    json: { type: "boolean", default: false },
  },
});

const [name] = positionals;
if (name === "failover")
  await benchFailover({ runs: Number.parseInt(values.runs, 10), json: values.json });
else {
  process.stderr.write("usage: npm run bench -- failover [--runs 10] [--json]\n");
  process.exitCode = 64;
}
