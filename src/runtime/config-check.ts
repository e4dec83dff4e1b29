import type { Flaw } from "../adapters/schema/issue-text.ts";
import type { Draft } from "./config-draft.ts";

type Path = readonly PropertyKey[];
type ApplicationDraft = NonNullable<NonNullable<Draft["applications"]>[number]>;

/** What is wrong between the parts of a config whose parts are right. */
export function* whyInconsistent(draft: Draft): Generator<Flaw> {
  yield* whyTwice(draft.clusters, ["clusters"], "name");
  yield* whyTwice(draft.vantages, ["vantages"], "name");
  yield* whyTwice(draft.applications, ["applications"], "name");
  yield* whyTwice(draft.api?.tokens, ["api", "tokens"], "hash");
  yield* whyTwice(draft.control?.targets, ["control", "targets"], "name");
  yield* whyTwice(draft.control?.targets, ["control", "targets"], "tcp");
  yield* whyTwice(draft.control?.targets, ["control", "targets"], "http");
  yield* whySameCluster(draft);
  for (const [index, application] of (draft.applications ?? []).entries())
    if (application) yield* whyNotApplication(application, draft, ["applications", index]);
}

function* whyNotApplication(application: ApplicationDraft, draft: Draft, at: Path) {
  for (const part of ["probes", "workloads", "data", "dns", "traffic"] as const)
    yield* whyTwice(application[part], [...at, part], "name");
  yield* whyNotClusters(application, draft, at);
  yield* whyNotByCluster(application, at);
  yield* whySameTarget(application, at);
  yield* whyNotProbed(application, at);
  yield* whyNoFront(application, at);
  const quorum = application.policy?.quorum;
  const vantages = draft.vantages?.length;
  if (quorum !== undefined && vantages !== undefined && quorum > vantages)
    yield { path: [...at, "policy", "quorum"], what: `there are ${vantages} vantages only` };
  if (quorum === 1 && application.policy?.quorumOfOne === undefined)
    yield {
      path: [...at, "policy", "quorum"],
      what: "one vantage alone would move it: policy.quorumOfOne says who accepts that, {acceptedBy: NAME}",
    };
}

function* whyNotClusters({ home, standby }: ApplicationDraft, { clusters = [] }: Draft, at: Path) {
  const names = clusters.map((cluster) => cluster?.name);
  // A cluster whose name is wrong is reported where it stands, not again where it is meant.
  const known = (name: string | undefined) =>
    name === undefined || names.includes(undefined) || names.length === 0 || names.includes(name);
  if (!known(home)) yield { path: [...at, "home"], what: `there is no cluster ${home}` };
  if (!known(standby)) yield { path: [...at, "standby"], what: `there is no cluster ${standby}` };
  if (home !== undefined && home === standby)
    yield { path: [...at, "standby"], what: `is ${home}, as home is: it must be another cluster` };
}

/** What is given by cluster is given for each of the application's, and for no other. */
function* whyNotByCluster(application: ApplicationDraft, at: Path) {
  const { home, standby } = application;
  if (home === undefined || standby === undefined || home === standby) return;
  const wanted = [home, standby];
  for (const [path, given] of givenByCluster(application)) {
    for (const cluster of wanted)
      if (!Object.hasOwn(given, cluster))
        yield { path: [...at, ...path], what: `has none for ${cluster}` };
    for (const cluster of Object.keys(given))
      if (!wanted.includes(cluster))
        yield {
          path: [...at, ...path, cluster],
          what: "is not a cluster of this application",
          surplus: true as const,
        };
  }
}

/** Two clusters at one address are one: what is fenced there would then be promoted. */
function* whySameTarget(application: ApplicationDraft, at: Path) {
  for (const [path, given] of givenByCluster(application)) {
    const seen = new Map<unknown, string>();
    for (const [cluster, target] of Object.entries(given)) {
      const other = seen.get(target);
      if (other !== undefined && target !== undefined)
        yield { path: [...at, ...path, cluster], what: `is the same as that of ${other}` };
      seen.set(target, cluster);
    }
  }
}

function* givenByCluster(application: ApplicationDraft): Generator<[Path, object]> {
  const addresses = application.public?.addresses;
  if (addresses) yield [["public", "addresses"], addresses];
  for (const part of ["probes", "data"] as const)
    for (const [index, item] of (application[part] ?? []).entries())
      for (const field of ["addresses", "urls", "hosts"]) {
        const given = fieldOf(item, field);
        if (typeof given === "object" && given !== null) yield [[part, index, field], given];
      }
}

/** Without one nobody can tell whether users are served: no move could ever be verified. */
function* whyNoFront({ probes }: ApplicationDraft, at: Path) {
  if (!probes?.every((probe) => probe?.probe !== undefined)) return;
  if (probes.some((probe) => probe?.probe === "http" && probe.addresses === undefined)) return;
  yield { path: [...at, "probes"], what: "has no http probe of the public path" };
}

function* whyNotProbed({ probes = [], workloads = [] }: ApplicationDraft, at: Path) {
  const names = workloads.map((workload) => workload?.name);
  for (const [index, probe] of probes.entries()) {
    const workload = fieldOf(probe, "workload");
    if (typeof workload === "string" && !names.includes(workload) && !names.includes(undefined))
      yield {
        path: [...at, "probes", index, "workload"],
        what: `there is no workload ${workload}`,
      };
  }
}

function* whySameCluster({ clusters = [] }: Draft) {
  for (const [index, one] of clusters.entries()) {
    const same = clusters
      .slice(0, index)
      .find(
        (other) =>
          other?.kubeconfig !== undefined &&
          other.kubeconfig === one?.kubeconfig &&
          other.context === one.context,
      );
    if (same)
      yield {
        path: ["clusters", index, "context"],
        what: `is the cluster ${same.name} under another name`,
      };
  }
}

function* whyTwice(items: readonly unknown[] | undefined, at: Path, field: string) {
  const seen = new Set<unknown>();
  for (const [index, item] of (items ?? []).entries()) {
    const value = fieldOf(item, field);
    if (value !== undefined && seen.has(value))
      yield { path: [...at, index, field], what: `another one has the same ${field}` };
    seen.add(value);
  }
}

function fieldOf(item: unknown, field: string): unknown {
  if (typeof item !== "object" || item === null || !Object.hasOwn(item, field)) return undefined;
  return (item as Record<string, unknown>)[field];
}
