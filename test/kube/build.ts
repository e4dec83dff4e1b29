import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ETCD, KUBERNETES } from "./version.ts";

/**
 * Builds all programs of a control plane from the Go module proxy into that directory, which is
 * there only when it is whole. Cold it takes both cores for ten minutes; warm, half a minute.
 */
export async function build(directory: string): Promise<void> {
  await requireGo();
  await mkdir(dirname(directory), { recursive: true });
  const scratch = await mkdtemp(`${directory}-building-`);
  const bin = join(scratch, "bin");
  try {
    process.stderr.write(`building Kubernetes ${KUBERNETES} and etcd ${ETCD}: some ten minutes\n`);
    const go = (words: readonly string[]) => run("go", words, { cwd: scratch, bin });
    const file = join(scratch, "go.mod");
    await writeFile(file, renderModule([]));
    const { GoMod } = JSON.parse(
      await go(["list", "-m", "-json", `k8s.io/kubernetes@${KUBERNETES}`]),
    );
    await writeFile(file, renderModule(stagedIn(await readFile(GoMod, "utf8"))));
    await go(["install", "-trimpath", "-ldflags", LINKED, "tool"]);
    await rename(join(bin, "server"), join(bin, "etcd"));
    // Whoever was first counts: theirs is the same.
    await rename(bin, directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The modules that Kubernetes keeps in its own repository, and are published one by one. */
function stagedIn(goMod: string): readonly string[] {
  return [...goMod.matchAll(/^\s*(\S+) => \.\/staging\//gm)].map(([, name]) => name ?? "");
}

function renderModule(staged: readonly string[]): string {
  const library = KUBERNETES.replace("v1.", "v0.");
  return [
    "module greenlight.dev/control-plane",
    "go 1.26.0",
    ...TOOLS.map((path) => `tool ${path}`),
    `require k8s.io/kubernetes ${KUBERNETES}`,
    ...["api", "client/pkg", "client", "pkg", "server"].map(
      (part) => `require go.etcd.io/etcd/${part}/v3 ${ETCD}`,
    ),
    ...staged.map((name) => `replace ${name} => ${name} ${library}`),
    "",
  ].join("\n");
}

async function requireGo(): Promise<void> {
  await run("go", ["version"], {}).catch((error: unknown) => {
    const where = "https://go.dev/dl (1.26 or later), or set KUBEBUILDER_ASSETS";
    throw new Error(`Go is missing, and it builds the control planes: install it from ${where}`, {
      cause: error,
    });
  });
}

async function run(
  program: string,
  words: readonly string[],
  { cwd, bin }: { readonly cwd?: string; readonly bin?: string },
): Promise<string> {
  const flags = `${inherited["GOFLAGS"] ?? ""} -mod=mod`.trim();
  const env = { ...inherited, GOFLAGS: flags, ...(bin !== undefined && { GOBIN: bin }) };
  const options = { env, maxBuffer: 64 * 1024 * 1024, ...(cwd !== undefined && { cwd }) };
  return (await promisify(execFile)(program, words, options)).stdout;
}

// biome-ignore lint/style/noProcessEnv: Go takes its caches and its proxy from there.
const inherited = process.env;

const TOOLS = [
  ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubemark", "kubectl"].map(
    (name) => `k8s.io/kubernetes/cmd/${name}`,
  ),
  "go.etcd.io/etcd/server/v3",
];

/** Without these they say that they are v0.0.0, and clients complain. */
const LINKED = [
  "-s -w",
  ...[
    ["gitVersion", KUBERNETES],
    ["gitMajor", KUBERNETES.split(".")[0]?.slice(1)],
    ["gitMinor", KUBERNETES.split(".")[1]],
  ].map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`),
].join(" ");
