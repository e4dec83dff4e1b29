import type { Application } from "../domain/application.ts";
import type { Probing } from "../domain/preset.ts";
import type { Runbook } from "../domain/runbook.ts";
import { kubeconfigPath } from "./cluster-access.ts";
import { type DrillConfig, toDrill } from "./config-drill.ts";
import { resolveStorage, type StorageConfig } from "./config-place.ts";
import { resolveProbing } from "./config-probing.ts";
import type { ConfigOutput } from "./config-schema.ts";
import { readSecret, type SecretPlaces } from "./config-secret.ts";

type Parsed = ConfigOutput["applications"][number];

/** greenlight.yaml with nothing left to look up: paths are absolute, durations are in ms. */
export interface Config {
  /** As it was named, for people. */
  readonly file: string;
  readonly storage: StorageConfig;
  /** With storage on a server, and only then. */
  readonly queue?: ConfigOutput["queue"];
  readonly bus?: ConfigOutput["bus"];
  /** The secretRef of the key that checkpoints are signed with; absent: the directory's own. */
  readonly signingKey?: string;
  readonly api: ConfigOutput["api"];
  readonly log: ConfigOutput["log"];
  /** The packaged ones and the user's own, by kind. */
  readonly runbooks: ReadonlyMap<string, Runbook>;
  readonly vantages: ConfigOutput["vantages"];
  /** Each has either tcp or http. */
  readonly controlTargets: ConfigOutput["control"]["targets"];
  readonly clusters: ConfigOutput["clusters"];
  readonly notifiers: ConfigOutput["notifiers"];
  readonly applications: readonly ApplicationConfig[];
  readonly drills: readonly DrillConfig[];
  /** Reads a secret when it is needed. Rejects with GL_CONFIG when it went away. */
  secret(ref: string): string;
}

export interface ApplicationConfig {
  /** As decisions and plans know it. */
  readonly application: Application;
  readonly public: { readonly host: string; readonly port: number };
  readonly probing: Probing;
  readonly probes: Parsed["probes"];
  readonly workloads: Parsed["workloads"];
  readonly data: Parsed["data"];
  readonly dns: Parsed["dns"];
  readonly traffic: Parsed["traffic"];
}

export interface Surroundings extends SecretPlaces {
  readonly file: string;
  readonly runbooks: Config["runbooks"];
}

/** Of a config in which everything was found right. */
export function resolveConfig(parsed: ConfigOutput, surroundings: Surroundings): Config {
  const { file, directory, env, runbooks } = surroundings;
  const { api, log, vantages, notifiers } = parsed;
  return {
    file,
    api,
    log,
    runbooks,
    vantages,
    notifiers,
    ...(parsed.audit && { signingKey: parsed.audit.signingKey.secretRef }),
    storage: resolveStorage(parsed.storage, directory),
    queue: parsed.queue,
    bus: parsed.bus,
    controlTargets: parsed.control.targets,
    clusters: parsed.clusters.map((cluster) => ({
      ...cluster,
      kubeconfig: kubeconfigPath(cluster.kubeconfig, directory),
    })),
    applications: parsed.applications.map((one) => toApplication(one, runbooks)),
    drills: parsed.drills.map(toDrill),
    secret: (ref) => readSecret(ref, { directory, env }),
  };
}

function toApplication(parsed: Parsed, runbooks: Config["runbooks"]): ApplicationConfig {
  const { home, standby, probes, workloads, data, dns, traffic } = parsed;
  const probing = resolveProbing(parsed.probing);
  return {
    application: {
      name: parsed.name,
      home,
      standby,
      objectives: { rtoMs: parsed.objectives.rto, rpoMs: parsed.objectives.rpo },
      policy: { ...toPolicy(parsed, probing), homeApprovals: homeApprovals(parsed, runbooks) },
      addresses: parsed.public.addresses,
      workloads: workloads.map((workload) => workload.name),
      data: data.map((store) => store.name),
      dns: dns.map((record) => record.name),
      ttls: Object.fromEntries(
        dns.map(({ name, ttl, moveTtl }) => [name, { normal: ttl / 1000, move: moveTtl / 1000 }]),
      ),
      dnsTimeoutsMs: Object.fromEntries(dns.map(({ name, timeout }) => [name, timeout])),
      traffic: traffic.map((way) => way.name),
    },
    public: { host: parsed.public.host, port: parsed.public.port },
    probing,
    probes,
    workloads,
    data,
    dns,
    traffic,
  };
}

/** The most people that it takes where a kind only goes home. */
function homeApprovals({ policy }: Parsed, runbooks: Config["runbooks"]): number {
  const home = [...runbooks.values()].filter(({ to }) => to === "home");
  return Math.max(1, ...home.map(({ kind }) => policy.approvals[kind] ?? 1));
}

function toPolicy({ policy }: Parsed, { thresholds }: Probing): Application["policy"] {
  const accepted = policy.fewFailureDomains?.acceptedBy;
  const alone = policy.quorumOfOne?.acceptedBy;
  return {
    moveOn: policy.moveOn,
    fencing: policy.fencing,
    cooldownMs: policy.cooldown,
    stabilisationMs: policy.stabilisation,
    commitWindowMs: policy.commitWindow,
    approvals: policy.approvals,
    thresholds,
    quorum: policy.quorum,
    ...(accepted !== undefined && { fewFailureDomainsAcceptedBy: accepted }),
    ...(alone !== undefined && { quorumOfOneAcceptedBy: alone }),
  };
}
