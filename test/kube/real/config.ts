import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Process } from "../../../src/runtime/config-process.ts";
import { createToken } from "../../../src/runtime/token.ts";
import { renderKubeconfig } from "../../../src/sandbox/kubernetes/kubeconfig.ts";
import { ZONE } from "../../fakes/dns-test-client.ts";
import { PASSWORD } from "../../servers/postgres-pair.ts";
import type { JournalServer } from "../../servers/postgres-server.ts";
import type { RedisServer } from "../../servers/redis.ts";
import { type NameServers, PUBLIC_NAME } from "./name-servers.ts";
import { NAMESPACE, type Tokens } from "./namespace.ts";
import type { Region } from "./region.ts";
import { ADDRESSES, SIDES, type Side, VANTAGES } from "./side.ts";

export interface Places {
  readonly directory: string;
  readonly regions: Readonly<Record<Side, Region>>;
  /** Greenlight's own, with the rights of the shipped Roles. */
  readonly tokens: Readonly<Record<Side, Tokens>>;
  readonly names: NameServers;
  /** Of Greenlight's own: empty, for this world. */
  readonly journal: JournalServer;
  readonly redis: RedisServer;
  readonly publicPort: number;
  readonly apiPort: number;
  /** When the drill is due. */
  readonly cron: string;
}

/** Who may ask Greenlight's API, by their tokens. */
export type People = Readonly<Record<"operator" | "approver", string>>;

/** What says how Greenlight is run: storage, queue, vantages' domains, who accepts what. */
export interface Manner {
  readonly parts: Readonly<Record<string, unknown>>;
  readonly policy: Readonly<Record<string, unknown>>;
}

/** A greenlight.yaml for each kind of process, which differ in nothing but the kubeconfig, and the files that they name. */
export function writeConfig(
  places: Places,
  manner: Manner,
): { files: Readonly<Record<Process, string>>; people: People } {
  const { directory, regions, tokens, names, publicPort, apiPort } = places;
  const keep = (name: string, text: string) =>
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  keep("tsig-key", names.key.secret.toString("base64"));
  keep("postgres-password", PASSWORD);
  const operator = createToken("alice", "operator");
  const approver = createToken("bob", "approver");
  const config = {
    ...manner.parts,
    api: { host: "127.0.0.1", port: apiPort, tokens: [operator.line, approver.line] },
    log: { level: "debug", format: "json" },
    vantages: Object.entries(VANTAGES).map(([name, localAddress]) => ({
      name,
      failureDomain: name,
      localAddress,
    })),
    control: { targets: names.servers.map((tcp, index) => ({ name: `names-${index + 1}`, tcp })) },
    notifiers: [{ notifier: "log" }],
    applications: [applicationOf({ regions, names, publicPort }, manner.policy)],
    drills: [{ name: "rehearsal", application: "shop", kind: "drill", cron: places.cron }],
  };
  const fileOf = (process: Process) => {
    const own = SIDES.map((side) => clusterAccess(regions[side], tokens[side][process]));
    keep(`kubeconfig-${process}`, renderKubeconfig(own));
    const kubeconfig = `./kubeconfig-${process}`;
    const clusters = SIDES.map((name) => ({ name, kubeconfig, context: name }));
    const name = `greenlight-${process}.yaml`;
    keep(name, stringify({ ...config, clusters }));
    return join(directory, name);
  };
  return {
    files: { api: fileOf("api"), probe: fileOf("probe"), pipeline: fileOf("pipeline") },
    people: { operator: operator.token, approver: approver.token },
  };
}

function clusterAccess({ side, plane }: Region, token: string) {
  const { server, tls } = plane.accessOf(token);
  return { name: side, server, token, certificateAuthority: tls.ca ?? "" };
}

function applicationOf(
  { regions, names, publicPort }: Pick<Places, "regions" | "names" | "publicPort">,
  policy: Manner["policy"],
) {
  const hosts = { blue: regions.blue.store.address, green: regions.green.store.address };
  const { name, algorithm } = names.key;
  return {
    name: "shop",
    home: "blue",
    standby: "green",
    objectives: { rto: "30s", rpo: "5s" },
    public: { host: PUBLIC_NAME, port: publicPort, addresses: ADDRESSES },
    probing: { preset: "fast" },
    probes: [
      { name: "api", probe: "kubernetes" },
      { name: "pods", probe: "deployment", workload: "shop" },
      {
        name: "front",
        probe: "http",
        layer: "public",
        path: "/healthz",
        expect: { status: 200, body: "ok" },
      },
      { name: "store", probe: "postgres", addresses: hosts },
    ],
    workloads: [{ name: "shop", driver: "deployment", namespace: NAMESPACE, deployment: "shop" }],
    data: [
      {
        name: "store",
        driver: "postgres",
        hosts,
        database: "shop",
        user: "greenlight",
        secretRef: "file/postgres-password",
        tls: "off",
        writes: "select count(*) from public.orders",
      },
    ],
    traffic: [{ name: "shop", driver: "service", namespace: NAMESPACE, service: "shop" }],
    dns: [
      {
        name: "public",
        driver: "rfc2136",
        zone: ZONE,
        record: PUBLIC_NAME,
        ttl: "1s",
        servers: names.servers,
        tsig: { name, algorithm, secretRef: "file/tsig-key" },
      },
    ],
    policy: {
      moveOn: ["site-loss", "workload", "ingress"],
      quorum: 2,
      cooldown: "10m",
      stabilisation: "2s",
      commitWindow: "5m",
      approvals: { failback: 2 },
      fencing: { unreachable: "owe", acceptedBy: "whoever runs the tests" },
      ...policy,
    },
  };
}
