import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import type { ExecPlugin } from "../../../src/adapters/kubernetes/exec-plugin.ts";
import { loadAccess, type PluginRule } from "../../../src/adapters/kubernetes/kubeconfig.ts";
import { createPluginScript, V1 } from "../../fakes/plugin-script.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "greenlight-kubeconfig-"));
});
afterEach(() => rm(directory, { recursive: true }));

const encoded = (text: string) => Buffer.from(text).toString("base64");
const CLUSTER = {
  server: "https://192.0.2.1:6443",
  "certificate-authority-data": encoded("the authority"),
};

async function load(cluster: object, user: object, context = "blue", rule?: PluginRule) {
  const file = join(directory, "kubeconfig");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user }],
    contexts: [{ name: "blue", context: { cluster: "c", user: "u", namespace: "default" } }],
  };
  await writeFile(file, stringify(config));
  return await loadAccess(file, context, rule);
}

test("a token and an authority are enough", async () => {
  const access = await load(CLUSTER, { token: "secret" });
  expect(access).toMatchObject({ server: CLUSTER.server, tls: { ca: "the authority" } });
  expect(await access.token()).toBe("secret");
});

test("files stand beside the kubeconfig, and a token file is read each time", async () => {
  const { "certificate-authority-data": _, ...cluster } = CLUSTER;
  for (const name of ["ca", "cert", "key", "token"])
    await writeFile(join(directory, name), `${name}\n`);
  const access = await load(
    { ...cluster, "certificate-authority": "ca", "tls-server-name": "blue.test" },
    { tokenFile: "token", "client-certificate": "cert", "client-key": "key" },
  );
  expect(access.tls).toEqual({ ca: "ca\n", cert: "cert\n", key: "key\n", servername: "blue.test" });
  expect(await access.token()).toBe("token");
  await writeFile(join(directory, "token"), "rotated\n");
  expect(await access.token()).toBe("rotated");
});

test.each([
  [{ ...CLUSTER, "insecure-skip-tls-verify": true }, { token: "t" }, "insecure-skip-tls-verify"],
  [{ ...CLUSTER, "proxy-url": "http://192.0.2.9" }, { token: "t" }, "proxy-url"],
  [{ ...CLUSTER, server: "http://192.0.2.1" }, { token: "t" }, "https"],
  [{ ...CLUSTER, server: "somewhere" }, { token: "t" }, "server"],
  [CLUSTER, { token: "t", exec: { command: "aws" } }, "exec plug-in is refused"],
  [CLUSTER, { token: "t", exec: { command: "aws" } }, "beside a token or a certificate"],
  [CLUSTER, { "auth-provider": { name: "gcp" } }, "auth-provider plug-in is refused"],
  [CLUSTER, { username: "admin", password: "p" }, "username is not supported"],
  [CLUSTER, { token: "t", as: "root" }, "as is not supported"],
  [CLUSTER, { "client-certificate-data": encoded("c") }, "needs its key"],
  [CLUSTER, {}, "neither a token"],
  [CLUSTER, { tokenFile: "absent" }, "ENOENT"],
])("%j with %j is refused: %s", async (cluster, user, why) => {
  await expect(load(cluster, user)).rejects.toMatchObject({
    code: "GL_KUBECONFIG",
    message: expect.stringContaining(why),
  });
});

test("all that is wrong is said at once", async () => {
  const wrong = load({ ...CLUSTER, "insecure-skip-tls-verify": true }, { exec: {}, as: "root" });
  await expect(wrong).rejects.toThrow(/insecure-skip-tls-verify.*the user's as .*exec.*no command/);
});

test("an exec plug-in is run only where it is allowed, and by nobody where it is only judged", async () => {
  const script = createPluginScript();
  const exec = { apiVersion: V1, command: script.file, interactiveMode: "Never" };
  const allowed = { command: script.file, environment: [] };
  script.answer({ token: "t" });
  try {
    const access = await load(CLUSTER, { exec }, "blue", { allowed, env: {} });
    await expect(access.token()).rejects.toMatchObject({ code: "GL_KUBECONFIG" });
    const credentials = { current: () => ({ token: "t" }), refused: () => undefined };
    const run = (plugin: ExecPlugin) => {
      expect(plugin.file).toBe(script.file);
      return credentials;
    };
    const running = await load(CLUSTER, { exec }, "blue", { allowed, env: {}, run });
    expect(running.credentials).toBe(credentials);
    expect(script.runs()).toBe(0);
    const none = load(CLUSTER, { token: "t" }, "blue", { allowed, env: {} });
    await expect(none).rejects.toThrow(/the user has no exec plug-in, and the config names/);
  } finally {
    script.remove();
  }
});

test("a context that is not there, and a file that is none", async () => {
  const named = { code: "GL_KUBECONFIG" };
  await expect(load(CLUSTER, { token: "t" }, "green")).rejects.toMatchObject(named);
  await expect(loadAccess(join(directory, "absent"), "blue")).rejects.toMatchObject(named);
  await writeFile(join(directory, "broken"), "{");
  await expect(loadAccess(join(directory, "broken"), "blue")).rejects.toMatchObject(named);
});
