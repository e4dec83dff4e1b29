import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { planFor } from "../../../src/domain/planning.ts";
import { bindingsFor } from "../../../src/engine/bindings.ts";
import { loadConfig } from "../../../src/runtime/config-file.ts";
import {
  type ConfigDirectory,
  createConfigDirectory,
  EXAMPLE,
} from "../../fakes/config-directory.ts";

let directory: ConfigDirectory;
beforeEach(() => {
  directory = createConfigDirectory();
});
afterEach(() => directory.remove());

const ROUTE53 = `    dns:
      - name: far
        driver: route53
        hostedZone: Z0123456789ABCDEFGHIJ
        zone: example.com
        record: far.example.com
        ttl: 60s
        servers: ["192.0.2.53:53"]
        credentials: {from: sdk-chain}
`;

/** The times of the steps that change names, by plan, as the packaged runbooks have them. */
async function dnsTimes(edit: (text: string) => string): Promise<unknown> {
  directory.write("greenlight.yaml", edit(EXAMPLE.replace("    dns:\n", ROUTE53)));
  const config = await loadConfig(directory.file, directory.env);
  const [application] = config.applications.map((one) => one.application);
  if (!application) throw new Error("the example has no application");
  const move = { from: "blue", to: "green" };
  const memory = {
    replicas: { blue: { shop: { replicas: 2, at: 1 } } },
  } as unknown as Parameters<typeof bindingsFor>[2];
  const bindings = bindingsFor(application, { ...move, firstFailedAt: 1 }, memory);
  const times = ["failover", "switchover", "failback"].map((kind) => {
    const runbook = config.runbooks.get(kind);
    if (!runbook) throw new Error(`there is no ${kind}`);
    const planned = planFor(runbook, { id: "op-1", epoch: 1, application, ...move, bindings });
    if ("refused" in planned) throw new Error(planned.refused);
    const steps = planned.plan.steps.filter(({ uses }) => uses === "dns");
    return [
      kind,
      [
        ...new Set(
          steps.map(
            ({ subject, timeoutMs, sources }) =>
              `${subject} ${timeoutMs} by ${sources["each.timeoutMs"]}`,
          ),
        ),
      ],
    ];
  });
  return Object.fromEntries(times);
}

test("each record's step has the time that its driver usually takes", async () => {
  const both = [
    "far 120000 by config dns far timeout",
    "public 30000 by config dns public timeout",
  ];
  const found = await dnsTimes((text) => text.replace("        timeout: 30s\n", ""));
  expect(found).toEqual({ failover: both, switchover: both, failback: both });
});

test("or the time that its config says", async () => {
  const both = [
    "far 180000 by config dns far timeout",
    "public 45000 by config dns public timeout",
  ];
  const found = await dnsTimes((text) =>
    text
      .replace("timeout: 30s", "timeout: 45s")
      .replace("record: far.example.com", "record: far.example.com\n        timeout: 3m"),
  );
  expect(found).toEqual({ failover: both, switchover: both, failback: both });
});

test.each(["0s", "soon", "5"])("a time of %s is refused", async (time) => {
  const found = await directory.problemsWith(["timeout: 30s", `timeout: ${time}`]);
  expect(found).toEqual([expect.stringContaining("applications[0].dns[0].timeout: ")]);
});
