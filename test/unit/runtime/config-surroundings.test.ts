import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { loadConfig } from "../../../src/runtime/config-file.ts";
import {
  type ConfigDirectory,
  createConfigDirectory,
  KUBECONFIG,
  withoutPlace,
} from "../../fakes/config-directory.ts";

import { createPluginScript, V1 } from "../../fakes/plugin-script.ts";

let directory: ConfigDirectory;

beforeEach(() => {
  directory = createConfigDirectory();
});

afterEach(() => directory.remove());

test.each<[string, string, string, RegExp]>([
  ["is not there", "token", "token", /context blue: .*ENOENT/],
  [
    "runs a program",
    "{token: a kubernetes token}",
    "{exec: {command: aws}}",
    /exec plug-in is refused/,
  ],
  ["weakens TLS", "{server:", "{insecure-skip-tls-verify: true, server:", /verify is refused/],
  ["is none", "clusters:", "clusters: 5\nothers:", /expected array/],
  ["is broken beside a token", "{token: a kubernetes token}", "{token: canary", /context blue: /],
])("a kubeconfig is refused that %s", async (what, from, to, why) => {
  directory.write("kubeconfig", KUBECONFIG.replace(from, to));
  const found = await directory.problemsWith(
    ...(what === "is not there" ? [["./kubeconfig", "./none"] as const] : []),
  );
  expect(withoutPlace(found)[0]).toMatch(/^clusters\[0\]\.kubeconfig: can't be used: /);
  expect(found[0]).toMatch(why);
  expect(found.join()).not.toContain("canary");
});

test("an exec plug-in that the config names is taken, and not run", async () => {
  const script = createPluginScript();
  script.answer({ token: "t" });
  const exec = `{apiVersion: ${V1}, command: ${script.file}, interactiveMode: Never}`;
  directory.write(
    "kubeconfig",
    KUBECONFIG.replace("{token: a kubernetes token}", `{exec: ${exec}}`),
  );
  const naming = (more: string) =>
    ["blue", "green"].map((name) => [`context: ${name}}`, `context: ${name}, ${more}}`] as const);
  try {
    expect(
      await directory.problemsWith(...naming(`execPlugin: {command: ${script.file}}`)),
    ).toEqual([]);
    const { env, file } = directory;
    expect((await loadConfig(file, env)).clusters).toMatchObject([
      { execPlugin: { command: script.file, environment: [] }, leaseNamespace: "default" },
      { execPlugin: { command: script.file, environment: [] } },
    ]);
    expect(script.runs()).toBe(0);
    const found = await directory.problemsWith(...naming("execPlugin: {command: aws}"));
    expect(found[0]).toMatch(
      /^greenlight\.yaml:\d+:\d+ clusters\[0\]\.kubeconfig: .* is not the execPlugin of the config, it names aws$/,
    );
  } finally {
    script.remove();
  }
});

test.each<[string, RegExp]>([
  ["execPlugin: {command: ./aws}", /execPlugin\.command: must be a bare name or an absolute path/],
  ["execPlugin: {command: sh -c}", /execPlugin\.command: must be a bare name or an absolute path/],
  ["execPlugin: {command: aws, environment: [A=B]}", /environment\[0\]: must be the name of a var/],
  [
    "execPlugin: {command: aws}",
    /kubeconfig: .*the user has no exec plug-in, and the config names/,
  ],
  ["leaseNamespace: Not_One", /leaseNamespace: must be a namespace/],
])("of a cluster %s is told", async (more, why) => {
  const found = await directory.problemsWith(["context: blue}", `context: blue, ${more}}`]);
  expect(found).toEqual(expect.arrayContaining([expect.stringMatching(why)]));
});

test("a file that is not there, and one that is a directory", async () => {
  await expect(loadConfig(join(directory.path, "none.yaml"), {})).rejects.toThrow(
    /none\.yaml:1:1 can't be read \(ENOENT\)/,
  );
  mkdirSync(join(directory.path, "dir.yaml"));
  await expect(loadConfig(join(directory.path, "dir.yaml"), {})).rejects.toThrow(
    /dir\.yaml:1:1 can't be read \(EISDIR\)/,
  );
});

test("a user's own runbook has its problems beside the config's", async () => {
  mkdirSync(join(directory.path, "runbooks"));
  directory.write("runbooks/own.yaml", "kind: own\n");
  const found = await directory.problemsWith(
    ["# runbooks: ./runbooks", "runbooks: ./runbooks"],
    ["quorum: 2", "quorum: 0"],
  );
  expect(found.map((line) => line.replace(/:\d+:\d+ /, " "))).toEqual([
    "greenlight.yaml applications[0].policy.quorum: must be at least 1",
    "own.yaml title: is missing",
    "own.yaml ends: is missing: one of keep, restore",
    "own.yaml steps: is missing",
  ]);
});

test("no secret is quoted", async () => {
  const found = await directory.problemsWith([
    "secretRef: env/GREENLIGHT_HOOK_SECRET",
    "secretRef: hunter2",
  ]);
  expect(found.join()).not.toContain("hunter2");
});
