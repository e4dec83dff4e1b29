import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { loadConfig } from "../../src/runtime/config-file.ts";
import type { Process } from "../../src/runtime/config-process.ts";
import { renderKubeconfig } from "../../src/sandbox/kubernetes/kubeconfig.ts";
import { ROOT, readComposeFile } from "./compose-file.ts";
import { kubeconfigs, makeSecrets, NOBODYS } from "./scratch-secrets.ts";

interface Mounted {
  readonly name: string;
  readonly process: Process;
  readonly secrets: readonly Secret[];
}

/** What it is called among the secrets that are made, and what the process finds it as. */
interface Secret {
  readonly source: string;
  readonly target: string;
}

/** Which program of ours a container runs. */
function processOf(command: readonly string[]): Process | undefined {
  const words = command.join(" ");
  if (words.includes("dist/bin/probe.js")) return "probe";
  if (words.includes("dist/bin/pipeline.js")) return "pipeline";
  return words.includes("dist/bin/main.js api") ? "api" : undefined;
}

function inCompose(): readonly Mounted[] {
  return Object.entries(readComposeFile().services).flatMap(([name, { command, secrets }]) => {
    const process = processOf(command);
    return process ? [{ name, process, secrets }] : [];
  });
}

const SHIPPED = "config/deploy/third-cluster";
const kustomization = z.object({
  secretGenerator: z.array(z.object({ name: z.string(), files: z.array(z.string()) })),
});
const workload = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(z.object({ command: z.array(z.string()) })),
        volumes: z.array(z.object({ secret: z.object({ secretName: z.string() }).optional() })),
      }),
    }),
  }),
});

function inThirdCluster(): readonly Mounted[] {
  const read = (name: string) => readFileSync(join(ROOT, SHIPPED, name), "utf8");
  const { secretGenerator } = kustomization.parse(parse(read("kustomization.yaml")));
  const files = new Map(secretGenerator.map((one) => [one.name, one.files]));
  const documents = ["api.yaml", "pipeline.yaml", "probe.yaml"].flatMap((name) =>
    parseAllDocuments(read(name)).map((document): unknown => document.toJS()),
  );
  return documents.flatMap((document) => {
    const { data } = workload.safeParse(document);
    if (!data) return [];
    const { containers, volumes } = data.spec.template.spec;
    const process = processOf(containers.flatMap(({ command }) => command));
    const secrets = volumes.flatMap(({ secret }) =>
      secret ? (files.get(secret.secretName) ?? []) : [],
    );
    return process ? [{ name: data.metadata.name, process, secrets: secrets.map(secretOf) }] : [];
  });
}

/** As kustomize takes it: `key=file`, or a file that is its own key. */
function secretOf(words: string): Secret {
  const [key = "", file = key] = words.split("=");
  const name = (path: string) => path.replace("secrets/", "");
  return { source: name(file), target: name(key) };
}

const clusters = ["blue", "green"].map((name) => ({
  name,
  server: "https://192.0.2.1:6443",
  token: "-",
  certificateAuthority: "-----BEGIN CERTIFICATE-----\nLQ==\n-----END CERTIFICATE-----\n",
}));

/** Does the process take the config where only these secrets are? */
async function isEnough(
  { from, made }: { readonly from: string; readonly made: string },
  process: Process,
  secrets: readonly Secret[],
): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), "greenlight-mounted-"));
  try {
    mkdirSync(join(directory, "secrets"));
    for (const { source, target } of secrets)
      copyFileSync(join(made, source), join(directory, "secrets", target));
    const file = join(directory, "greenlight.yaml");
    copyFileSync(join(ROOT, from, "greenlight.yaml"), file);
    return await loadConfig(file, {}, { process }).then(
      () => true,
      () => false,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test.each([
  ["config/compose", inCompose()],
  [SHIPPED, inThirdCluster()],
])("in %s each process has the secrets that it needs, and none more", async (from, mounted) => {
  const made = makeSecrets({ ...NOBODYS, ...kubeconfigs(renderKubeconfig(clusters)) });
  try {
    expect(new Set(mounted.map(({ process }) => process)).size).toBe(3);
    for (const { name, process, secrets } of mounted) {
      const isStarted = await isEnough({ from, made }, process, secrets);
      expect([name, isStarted]).toEqual([name, true]);
      for (const secret of secrets) {
        const others = secrets.filter((one) => one !== secret);
        const needs = !(await isEnough({ from, made }, process, others));
        expect([name, secret, needs]).toEqual([name, secret, true]);
      }
      const own = secrets.filter(({ target }) => target === "kubeconfig");
      expect(own).toEqual([{ source: `kubeconfig-${process}`, target: "kubeconfig" }]);
    }
  } finally {
    rmSync(made, { recursive: true });
  }
});
