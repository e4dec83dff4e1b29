import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { ROOT } from "./compose-file.ts";

const SHIPPED = "config/deploy/third-cluster";
const read = (name: string) => readFileSync(join(ROOT, SHIPPED, name), "utf8");

type Labels = Readonly<Record<string, string>>;
/** What a policy knows somebody in this cluster by. */
interface Pod {
  readonly labels: Labels;
  readonly namespace: Labels;
}

const selector = z.strictObject({ matchLabels: z.record(z.string(), z.string()).default({}) });
const peer = z.strictObject({
  ipBlock: z.unknown().optional(),
  podSelector: selector.optional(),
  namespaceSelector: selector.optional(),
});
const ports = z.array(z.object({ protocol: z.string(), port: z.int() })).optional();
const policySchema = z.object({
  spec: z.object({
    podSelector: selector,
    policyTypes: z.array(z.string()),
    ingress: z.array(z.object({ from: z.array(peer), ports })).default([]),
    egress: z.array(z.object({ to: z.array(peer), ports })).default([]),
  }),
});
const policies = parseAllDocuments(read("network.yaml")).map(
  (document) => policySchema.parse(document.toJS()).spec,
);

const OWN: Labels = { "kubernetes.io/metadata.name": "greenlight" };
const podOf = (component: string): Pod => ({
  labels: { "app.kubernetes.io/name": "greenlight", "app.kubernetes.io/component": component },
  namespace: OWN,
});

function isMatched(labels: Labels, { matchLabels }: z.infer<typeof selector>): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

/** By labels alone: an address says nothing of a pod. Without a namespace it is the policy's own. */
function isPeer(pod: Pod, { ipBlock, podSelector, namespaceSelector }: z.infer<typeof peer>) {
  if (ipBlock !== undefined) return false;
  const isThere = namespaceSelector
    ? isMatched(pod.namespace, namespaceSelector)
    : pod.namespace === OWN;
  return isThere && (podSelector === undefined || isMatched(pod.labels, podSelector));
}

/** May a pod of ours call that one at the port? */
function isLetOut(from: Pod, to: Pod, port: number): boolean {
  return policies.some(
    ({ podSelector, egress }) =>
      isMatched(from.labels, podSelector) &&
      egress.some(
        (rule) =>
          rule.to.some((one) => isPeer(to, one)) &&
          (rule.ports?.some((one) => one.protocol === "TCP" && one.port === port) ?? true),
      ),
  );
}

/** May that one call a pod of ours at the port? */
function isLetIn(from: Pod, to: Pod, port: number): boolean {
  return policies.some(
    ({ podSelector, ingress }) =>
      isMatched(to.labels, podSelector) &&
      ingress.some(
        (rule) =>
          rule.from.some((one) => isPeer(from, one)) &&
          (rule.ports?.some((one) => one.port === port) ?? true),
      ),
  );
}

const ours = ["api", "pipeline", "probe"];

describe("the NetworkPolicy of the third cluster, for a plug-in that knows pods by their labels", () => {
  test("lets each kind of pod reach the workers' listeners, where the config has them", () => {
    const listeners: readonly string[] = parse(read("greenlight.yaml")).bus.listeners;
    expect(listeners).toHaveLength(2);
    for (const { hostname, port } of listeners.map((url) => new URL(url)))
      for (const kind of ours) {
        const to = podOf(hostname.replace(/^.*\./, ""));
        const both = [
          isLetOut(podOf(kind), to, Number(port)),
          isLetIn(podOf(kind), to, Number(port)),
        ];
        expect([kind, hostname, both]).toEqual([kind, hostname, [true, true]]);
      }
  });

  test.each([5432, 6379, 26379])(
    "lets them reach port %d where stores are, and nowhere else",
    (port) => {
      const store = (yes: Labels): Pod => ({ labels: {}, namespace: yes });
      for (const kind of ours) {
        expect(isLetOut(podOf(kind), store({ "greenlight.dev/stores": "yes" }), port)).toBe(true);
        expect(isLetOut(podOf(kind), store({}), port)).toBe(false);
      }
    },
  );

  test("lets nobody else in, and nobody out of it to anything else", () => {
    const stranger: Pod = { labels: {}, namespace: {} };
    for (const kind of ours)
      for (const port of [8460, 8461, 8462]) {
        expect(isLetIn(stranger, podOf(kind), port)).toBe(false);
        expect(isLetOut(podOf(kind), stranger, port)).toBe(false);
      }
    const asks: Pod = { labels: {}, namespace: { "greenlight.dev/asks": "yes" } };
    expect(ours.filter((kind) => isLetIn(asks, podOf(kind), 8460))).toEqual(["api"]);
  });
});
