import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type AllowedPlugin, readPlugin } from "../../../src/adapters/kubernetes/exec-plugin.ts";
import { V1 } from "../../fakes/plugin-script.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "greenlight-exec-"));
  mkdirSync(join(directory, "bin"));
  for (const name of ["bin/aws", "bin/plain"]) writeFileSync(join(directory, name), "");
  chmodSync(join(directory, "bin/aws"), 0o700);
});
afterEach(() => rmSync(directory, { recursive: true }));

const AWS: AllowedPlugin = { command: "aws", environment: [] };
const EXEC = { apiVersion: V1, command: "aws", interactiveMode: "Never" };

function read(exec: object, allowed?: AllowedPlugin, env: Record<string, string> = {}) {
  const clusterInfo = { server: "https://192.0.2.1" };
  const own = { PATH: `relative:${join(directory, "bin")}`, GREENLIGHT_TOKEN: "canary", ...env };
  return readPlugin({ ...EXEC, ...exec }, { allowed, directory, env: own, clusterInfo });
}

test("the named program is found, and given what the kubeconfig says", () => {
  const given = { args: ["eks", "get-token"], env: [{ name: "AWS_PROFILE", value: "dr" }] };
  const found = read(
    given,
    { ...AWS, environment: ["AWS_REGION"] },
    { AWS_REGION: "eu", HOME: "/h" },
  );
  expect(found).toEqual({
    plugin: {
      command: "aws",
      apiVersion: V1,
      file: join(directory, "bin/aws"),
      args: ["eks", "get-token"],
      env: {
        PATH: `relative:${join(directory, "bin")}`,
        HOME: "/h",
        AWS_REGION: "eu",
        AWS_PROFILE: "dr",
        KUBERNETES_EXEC_INFO: JSON.stringify({
          apiVersion: V1,
          kind: "ExecCredential",
          spec: { interactive: false },
        }),
      },
    },
  });
});

test("relative parts of PATH lead to no program, wherever we were started", () => {
  const here = relative(process.cwd(), join(directory, "bin"));
  expect(existsSync(join(here, "aws"))).toBe(true);
  for (const PATH of [here, `:${here}`, `${here}:`]) {
    const found = read({}, AWS, { PATH });
    expect(found).toEqual({ flaws: ["exec: there is no program aws in PATH"] });
  }
  expect(read({}, AWS, { PATH: `${here}:${join(directory, "bin")}` })).toHaveProperty("plugin");
});

test("it is told of the cluster where it asks", () => {
  const found = read({ provideClusterInfo: true }, AWS);
  const { KUBERNETES_EXEC_INFO: info = "" } = "plugin" in found ? found.plugin.env : {};
  expect(JSON.parse(info)).toMatchObject({ spec: { cluster: { server: "https://192.0.2.1" } } });
});

test("a path of the kubeconfig is from its directory, and named as a whole", () => {
  const command = join(directory, "bin/aws");
  const found = read({ command: "./bin/aws" }, { command, environment: [] });
  expect(found).toMatchObject({ plugin: { command, file: command } });
});

test("the older version may leave out whether it needs a terminal", () => {
  const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", interactiveMode: undefined };
  expect(read(exec, AWS)).toHaveProperty("plugin");
});

test.each<[object, AllowedPlugin | undefined, string]>([
  [{}, undefined, "refused: aws is not the execPlugin of the config, it names none"],
  [{}, { command: "gcloud", environment: [] }, "it names gcloud"],
  [{ command: "./bin/aws" }, AWS, "/bin/aws is not the execPlugin of the config, it names aws"],
  [{ command: "none" }, { command: "none", environment: [] }, "there is no program none in PATH"],
  [
    { command: "plain" },
    { command: "plain", environment: [] },
    "there is no program plain in PATH",
  ],
  [{}, { command: "aws", environment: ["AWS_REGION"] }, "the environment has no AWS_REGION"],
  [{ apiVersion: "client.authentication.k8s.io/v1alpha1" }, AWS, "v1alpha1 is not supported"],
  [{ interactiveMode: "Always" }, AWS, "needs a terminal"],
  [{ interactiveMode: undefined }, AWS, "interactiveMode is missing"],
  [{ args: "eks" }, AWS, "args"],
])("%j with %j is refused: %s", (exec, allowed, why) => {
  const found = read(exec, allowed);
  expect("flaws" in found ? found.flaws.join() : "none").toContain(why);
});
