import { resolve } from "node:path";
import type { Chance } from "../engine/ports/chance.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { CallLog } from "./call-log.ts";
import { type Cluster, createCluster } from "./cluster.ts";
import { createNameServer, type NameServer } from "./dns/name-server.ts";
import { DnsFront } from "./dns-front.ts";
import { Faults } from "./faults.ts";
import type { Front } from "./front.ts";
import { Holds } from "./holds.ts";
import { createHttpFront } from "./http-front.ts";
import { createCertificateAuthority } from "./kubernetes/certificate-authority.ts";
import { openPanel } from "./panel.ts";
import { createRoute53Part } from "./route53-part.ts";
import { prepareDirectory, type SandboxDescription, writeSandboxFiles } from "./sandbox-file.ts";
import { HERE, HOSTS, planSandbox, RECORD, type SandboxPlan, ZONE } from "./sandbox-plan.ts";

export interface SandboxOptions {
  /** Its files go here; made where it is not there. */
  readonly directory: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** From a changed spec to available pods. */
  readonly startupDelayMs?: number;
  /** Called when a listener can't be opened again. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Sandbox {
  readonly description: SandboxDescription;
  close(): Promise<void>;
}

/** Two clusters, a name server, two control targets and the panel; it serves when this settles. */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, chance } = options;
  await prepareDirectory(resolve(options.directory));
  const authority = await createCertificateAuthority(clock);
  const plan = await planSandbox({
    directory: resolve(options.directory),
    chance,
    certificateAuthority: authority.certificate,
  });
  const shared = { faults: new Faults(HOSTS), holds: new Holds(), calls: new CallLog() };
  const outermost = { ...shared, clock, chance };
  const create = async (name: "blue" | "green", peer: "blue" | "green") =>
    createCluster({
      ...outermost,
      name,
      host: HOSTS[name],
      ports: plan.ports,
      tls: await authority.issue(`${name}.sandbox.test`, [HOSTS[name]]),
      token: plan.secrets.clusters[name],
      replicas: name === "blue" ? REPLICAS : 0,
      startupDelayMs: options.startupDelayMs ?? STARTUP_DELAY_MS,
      store: {
        role: name === "blue" ? "primary" : "standby",
        urls: Object.values(plan.storeUrls),
        peerUrl: plan.storeUrls[peer],
        token: plan.secrets.store,
      },
      onTrouble: options.onTrouble,
    });
  const clusters = { blue: await create("blue", "green"), green: await create("green", "blue") };
  const names = createNames(plan, clock);
  const dns = createDns(plan, names, outermost);
  const route53 = createRoute53Part(plan, names, outermost);
  const control = createControl(plan, outermost);
  const parts: { close(): Promise<void> }[] = [
    clusters.blue,
    clusters.green,
    dns,
    route53,
    ...control,
  ];
  const close = async () => {
    await Promise.all(parts.map((part) => part.close()));
  };
  try {
    await Promise.all([clusters.blue.open(), clusters.green.open(), dns.open()]);
    await Promise.all([...control, route53.front].map((front) => front.setOpen(true)));
    const setters = { ...settersOf(clusters), setRoute53: route53.set };
    const world = { ...outermost, clusters: Object.keys(HOSTS), ...setters };
    parts.push(await openPanel({ host: HERE, port: plan.ports.panel }, world));
    await writeSandboxFiles(plan.directory, plan.files, plan.description);
    return { description: plan.description, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Outermost = Omit<ConstructorParameters<typeof DnsFront>[1], "address" | "place">;

function createNames({ key }: SandboxPlan, clock: Clock): NameServer {
  return createNameServer({
    zone: ZONE,
    address: HERE,
    records: [{ name: RECORD, type: "A", ttlSeconds: TTL_SECONDS, value: HOSTS.blue }],
    key,
    clock,
  });
}

function createDns({ ports }: SandboxPlan, server: NameServer, outermost: Outermost): DnsFront {
  const address = { host: HERE, port: ports.dns };
  return new DnsFront(server, { ...outermost, address, place: { part: "dns" } });
}

/** They are there to be reached. */
function createControl({ ports }: SandboxPlan, outermost: Outermost): readonly Front[] {
  return ports.control.map((port) => {
    const place = {
      ...outermost,
      address: { host: HERE, port },
      place: { part: "control" } as const,
    };
    return createHttpFront((_, response) => response.end("here\n"), place);
  });
}

function settersOf(clusters: Readonly<Record<string, Cluster>>) {
  type World = Parameters<typeof openPanel>[1];
  const setStore: World["setStore"] = ({ cluster, lagMs, heartbeat }) => {
    const store = clusters[cluster]?.store;
    if (lagMs !== undefined) store?.setLag(lagMs);
    if (heartbeat !== undefined) store?.setSilent(heartbeat === "silent");
  };
  const setWorkload: World["setWorkload"] = ({ cluster, startupDelayMs }) =>
    clusters[cluster]?.api.setStartupDelay(startupDelayMs);
  return { setStore, setWorkload };
}

const REPLICAS = 2;
const STARTUP_DELAY_MS = 300;
const TTL_SECONDS = 1;
