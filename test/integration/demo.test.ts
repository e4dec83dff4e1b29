import { Resolver } from "node:dns/promises";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:http";
import { get as getSecurely } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { parse } from "yaml";
import type { Report } from "../../src/domain/report.ts";
import { DemoProcess, PATIENCE_MS, type Summary } from "./demo-process.ts";

let directory: string;
const demos: DemoProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "greenlight-demo-test-"));
});

afterEach(async () => {
  for (const demo of demos.splice(0)) await demo.stop();
  rmSync(directory, { recursive: true });
});

function startDemo(name: string, ...flags: readonly string[]): DemoProcess {
  const demo = new DemoProcess(join(directory, name), flags);
  demos.push(demo);
  return demo;
}

test(
  "blue dies, green serves, and all that the demo says of it is so",
  async () => {
    const demo = startDemo("outage", "--only", "outage", "--keep");
    const summary = await demo.summary;
    expect(summary.operations).toMatchObject([{ kind: "failover", outcome: "succeeded" }]);
    const { asked, failed, writesLost, longestOutageMs } = summary.clients;
    expect(writesLost).toBe(0);
    expect(failed).toBeGreaterThan(0);
    expect(longestOutageMs).toBeGreaterThan(0);
    const world = JSON.parse(readFileSync(join(demo.own, "sandbox.json"), "utf8"));

    // One question in five is a write; one that failed may be there or not.
    const { entries } = JSON.parse(await fetchText(`${world.store.green}/entries?after=0`));
    const ids = new Set(entries.map(({ id }: { id: string }) => id));
    expect(ids.size).toBe(entries.length);
    expect(entries.length).toBeGreaterThanOrEqual(Math.floor(asked / 5) - failed);

    const resolver = new Resolver();
    resolver.setServers([world.dns.address]);
    expect(await resolver.resolve4(world.shop.name)).toEqual([world.shop.green]);

    const path = "/apis/apps/v1/namespaces/default/deployments/shop";
    const deployment = await askKubernetes(world.kubeconfig, "green", path);
    expect(deployment.status.availableReplicas).toBe(2);
    const lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases/greenlight-shop";
    const { metadata } = await askKubernetes(world.kubeconfig, "green", lease);
    expect(metadata.annotations["greenlight.dev/primary"]).toBe("green");

    assertReported(summary);
    const told = demo.objects.flatMap(({ what }) => what ?? []);
    for (const what of ["FAULT", "first failure", "suspicion", "verdict", "decision", "opened"])
      expect(told).toContain(what);
    expect(told.filter((what) => what === "green serves").length).toBe(2);

    demo.interrupt();
    expect(await demo.exited).toBe(summary.objectivesMet ? 0 : 3);
    await expect(fetchText(`${world.store.green}/entries`)).rejects.toThrow("ECONNREFUSED");
  },
  PATIENCE_MS,
);

test(
  "what is expected to move nothing, and what is expected to take too long, leave with 0",
  async () => {
    // One after the other: each is a whole world, and what one lacks of the machine the other takes.
    const apiOnly = startDemo("api-only", "--fault", "api-only");
    const stayed = await apiOnly.summary;
    const stayedExit = await apiOnly.exited;
    const slow = startDemo("slow-standby", "--fault", "slow-standby");
    const moved = await slow.summary;
    expect(stayed).toMatchObject({ operations: [], clients: { writesLost: 0 } });
    expect(moved.objectivesMet).toBe(false);
    expect(moved.operations[0]?.recoveryTimeMs).toBeGreaterThan(5_000);
    assertReported(moved);
    const why = [apiOnly, slow].map(({ objects }) => objects.slice(-8));
    expect([stayedExit, await slow.exited, why]).toEqual([0, 0, why]);
  },
  PATIENCE_MS,
);

/** The summary says of each operation what its report says. */
function assertReported({ operations, objectivesMet }: Summary): void {
  const met = operations.map(({ id, outcome, recoveryTimeMs, dataLossMs, report: file }) => {
    const report: Report = JSON.parse(readFileSync(file, "utf8"));
    expect(report).toMatchObject({ operation: id, outcome, dataLoss: { ms: dataLossMs } });
    expect(report.recovery.fromLastGoodMs).toBe(recoveryTimeMs);
    const { rtoMs, rpoMs } = report.objectives;
    return (recoveryTimeMs ?? Infinity) <= rtoMs && (dataLossMs ?? Infinity) <= rpoMs;
  });
  expect(objectivesMet).toBe(met.every((one) => one));
}

async function askKubernetes(kubeconfig: string, context: string, path: string) {
  const { clusters, users } = parse(readFileSync(kubeconfig, "utf8"));
  const named = ({ name }: { name: string }) => name === context;
  const { server, "certificate-authority-data": ca } = clusters.find(named).cluster;
  const { token } = users.find(named).user;
  const options = {
    ca: Buffer.from(ca, "base64"),
    headers: { authorization: `Bearer ${token}` },
  };
  const text = await textOf((done) => getSecurely(`${server}${path}`, options, done));
  return JSON.parse(text);
}

function fetchText(url: string): Promise<string> {
  return textOf((done) => get(url, done));
}

type Asked = ReturnType<typeof get>;
type Done = NonNullable<Parameters<typeof get>[2]>;

function textOf(ask: (done: Done) => Asked): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = ask((response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve(text));
    });
    request.on("error", reject);
  });
}
