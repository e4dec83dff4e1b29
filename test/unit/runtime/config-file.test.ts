import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { loadConfig } from "../../../src/runtime/config-file.ts";
import {
  type ConfigDirectory,
  createConfigDirectory,
  EXAMPLE,
  KUBECONFIG,
  withoutPlace,
} from "../../fakes/config-directory.ts";

let directory: ConfigDirectory;

beforeEach(() => {
  directory = createConfigDirectory();
});

afterEach(() => directory.remove());

test("the annotated example loads", async () => {
  const config = await loadConfig(directory.file, directory.env);
  expect(config.storage).toEqual({ driver: "embedded", directory: join(directory.path, "data") });
  expect(config.api).toMatchObject({ host: "127.0.0.1", port: 8460 });
  expect(config.clusters[0]).toEqual({
    name: "blue",
    kubeconfig: join(directory.path, "kubeconfig"),
    context: "blue",
    leaseNamespace: "default",
  });
  expect(config.controlTargets[0]).toEqual({ name: "resolver", tcp: "192.0.2.53:53" });
  expect([...config.runbooks.keys()]).toContain("failover");
  const [shop] = config.applications;
  expect(shop?.application).toEqual({
    name: "shop",
    home: "blue",
    standby: "green",
    objectives: { rtoMs: 60_000, rpoMs: 5000 },
    addresses: { blue: "192.0.2.10", green: "198.51.100.10" },
    workloads: ["shop"],
    data: ["store"],
    dns: ["public"],
    ttls: { public: { normal: 5, move: 1 } },
    dnsTimeoutsMs: { public: 30_000 },
    traffic: ["shop"],
    policy: {
      moveOn: ["site-loss", "workload", "ingress"],
      fencing: { unreachable: "owe", acceptedBy: "platform team" },
      cooldownMs: 600_000,
      stabilisationMs: 300_000,
      commitWindowMs: 600_000,
      approvals: { failback: 2 },
      thresholds: { failure: 3, success: 3 },
      quorum: 2,
      homeApprovals: 2,
    },
  });
  expect(shop?.probing).toMatchObject({ intervalMs: 1000, timeoutMs: 500 });
  expect(config.secret("file/secrets/store-token")).toBe("a store's token");
  expect(config.secret("env/GREENLIGHT_HOOK_SECRET")).toBe("a hook's secret");
  expect(() => config.secret("env/OTHER")).toThrow("the environment has no OTHER");
});

test("the line and the column are those of the value, or of a surplus key", async () => {
  directory.write("greenlight.yaml", EXAMPLE.replace("    home: blue", "    home: 5\n    hom: b"));
  const line = EXAMPLE.split("\n").indexOf("    home: blue") + 1;
  expect(await directory.problems()).toEqual([
    `greenlight.yaml:${line}:11 applications[0].home: must be a string, not a number`,
    `greenlight.yaml:${line + 1}:5 applications[0].hom: unknown key`,
  ]);
});

test("all problems come at once, of shape, of sense and of what is not there", async () => {
  directory.write("kubeconfig", KUBECONFIG.replace("name: green, context", "name: red, context"));
  directory.write("secrets/tsig", "");
  const found = await directory.problemsWith(
    ["port: 8460", "port: 8460\n  colour: red"],
    ["standby: green", "standby: purple"],
    ["quorum: 2", "quorum: 4"],
    ["rto: 60s", "rto: soon"],
    ["env/GREENLIGHT_HOOK_SECRET", "env/NOT_THERE"],
  );
  expect(withoutPlace(found)).toEqual([
    "api.colour: unknown key",
    "clusters[1].kubeconfig: can't be used: context green: there is no such context",
    "notifiers[1].secretRef: the environment has no NOT_THERE",
    "applications[0].standby: there is no cluster purple",
    "applications[0].objectives.rto: a duration is a whole number and ms, s, m, h or d, as in 30s",
    "applications[0].public.addresses: has none for purple",
    "applications[0].public.addresses.green: is not a cluster of this application",
    "applications[0].probes[3].addresses: has none for purple",
    "applications[0].probes[3].addresses.green: is not a cluster of this application",
    "applications[0].data[0].urls: has none for purple",
    "applications[0].data[0].urls.green: is not a cluster of this application",
    "applications[0].dns[0].tsig.secretRef: secrets/tsig is empty",
    "applications[0].policy.quorum: there are 3 vantages only",
  ]);
});

const RESERVED = "is how the journal names what nobody asked for: no person may be called that";

test.each<[string, [string, string], readonly string[]]>([
  [
    "home is the standby",
    ["standby: green", "standby: blue"],
    ["applications[0].standby: is blue, as home is: it must be another cluster"],
  ],
  ["a missing section", ["storage:", "# storage:"], ["storage: is missing"]],
  [
    "an unknown driver",
    ["driver: rfc2136", "driver: bind"],
    ["applications[0].dns[0].driver: must be one of rfc2136, route53"],
  ],
  [
    "an unknown storage",
    ["driver: embedded", "driver: postgresql"],
    ["storage.driver: must be one of embedded, postgres"],
  ],
  [
    "a probe without its kind",
    ["probe: kubernetes", "layer: api"],
    [
      "applications[0].probes[0].probe: is missing: one of kubernetes, deployment, http, tcp, postgres",
    ],
  ],
  [
    "no http probe of the public path",
    [
      "{name: front, probe: http, layer: public, path: /healthz, expect: {status: 200, body: ok}}",
      "{name: front, probe: kubernetes}",
    ],
    ["applications[0].probes: has no http probe of the public path"],
  ],
  [
    "a probe of no workload",
    ["workload: shop}", "workload: ship}"],
    ["applications[0].probes[1].workload: there is no workload ship"],
  ],
  [
    "two vantages of one name",
    ["name: west", "name: east"],
    ["vantages[1].name: another one has the same name"],
  ],
  [
    "two clusters of one name",
    ["name: green, kubeconfig", "name: blue, kubeconfig"],
    [
      "clusters[1].name: another one has the same name",
      "applications[0].standby: there is no cluster green",
    ],
  ],
  [
    "one cluster under two names",
    ["context: green", "context: blue"],
    ["clusters[1].context: is the cluster blue under another name"],
  ],
  [
    "a cluster from within it, outside of one",
    ["kubeconfig: ./kubeconfig, context: green", "kubeconfig: in-cluster"],
    [
      "clusters[1].kubeconfig: can't be used: in-cluster: KUBERNETES_SERVICE_HOST or _PORT is not set",
    ],
  ],
  [
    "a kubeconfig without its context",
    [", context: green", ""],
    ["clusters[1].context: is missing"],
  ],
  [
    "control targets that are one",
    ['tcp: "198.51.100.1:443"', 'tcp: "192.0.2.53:53"'],
    ["control.targets[1].tcp: another one has the same tcp"],
  ],
  [
    "a single control target",
    ['    - {name: gateway, tcp: "198.51.100.1:443"}\n', ""],
    ["control.targets: must have at least 2 entries"],
  ],
  [
    "a target without a port",
    ['tcp: "192.0.2.53:53"', "tcp: 192.0.2.53"],
    ["control.targets[0].tcp: must be host:port"],
  ],
  [
    "an owed fence that nobody accepts",
    ["fencing: {unreachable: owe, acceptedBy: platform team}", "fencing: {unreachable: owe}"],
    ["applications[0].policy.fencing.acceptedBy: is missing"],
  ],
  [
    "a verdict that is no reason to move",
    ["moveOn: [site-loss,", "moveOn: [api-only,"],
    ["applications[0].policy.moveOn[0]: must be one of site-loss, ingress, workload, data"],
  ],
  [
    "a secret in the config",
    ["secretRef: env/GREENLIGHT_HOOK_SECRET", "secretRef: hunter2"],
    ["notifiers[1].secretRef: must be env/NAME or file/PATH: secrets don't stand in the config"],
  ],
  [
    "a secret file that is not there",
    ["file/secrets/tsig", "file/secrets/none"],
    ["applications[0].dns[0].tsig.secretRef: secrets/none can't be read (ENOENT)"],
  ],
  [
    "a token's hash that is the token",
    ["sha256:05", "gl_05"],
    ["api.tokens[0].hash: must be a line of `greenlight token create`: sha256:..."],
  ],
  [
    "a token of what nobody asks for",
    ["owner: alice", "owner: decision"],
    [`api.tokens[0].owner: ${RESERVED}`],
  ],
  [
    "a token that passes for a schedule",
    ["owner: alice", "owner: schedule weekly"],
    [`api.tokens[0].owner: ${RESERVED}`],
  ],
  [
    "an address by name",
    ["blue: 192.0.2.10, ", "blue: blue.example.com, "],
    ["applications[0].public.addresses.blue: must be an IP address"],
  ],
  [
    "a directory of runbooks that is not there",
    ["# runbooks: ./runbooks", "runbooks: ./none"],
    ["runbooks: can't be read (ENOENT)"],
  ],
  [
    "a list where a mapping belongs",
    ["log: {level: info, format: json}", "log: [info]"],
    ["log: must be a mapping, not a list"],
  ],
  [
    "a key that would change all objects",
    ["log: {", "__proto__: {polluted: true}\nlog: {"],
    ["__proto__: unknown key"],
  ],
])("refused: %s", async (_, edit, problems) => {
  expect(withoutPlace(await directory.problemsWith(edit))).toEqual(problems);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("two applications of one name", async () => {
  const [start, end] = [EXAMPLE.indexOf("  - name: shop"), EXAMPLE.indexOf("\n# Rehearsals")];
  const twice = EXAMPLE.slice(0, end) + EXAMPLE.slice(start, end) + EXAMPLE.slice(end);
  directory.write("greenlight.yaml", twice);
  expect(withoutPlace(await directory.problems())).toEqual([
    "applications[1].name: another one has the same name",
  ]);
});
