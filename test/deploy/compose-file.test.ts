import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { packageVersion } from "../../src/runtime/package-root.ts";
import { COMPOSE_FILE, type ComposeService, ROOT, readComposeFile } from "./compose-file.ts";
import { NOBODYS } from "./scratch-secrets.ts";

const compose = readComposeFile();
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image.startsWith("greenlight:"));

/** Those of which it does not hold. */
function unless(holds: (service: ComposeService) => boolean): readonly string[] {
  return services.filter(([, service]) => !holds(service)).map(([name]) => name);
}

test("every container is as closed as it can be", () => {
  expect(unless((service) => service["read_only"] === true)).toEqual([]);
  expect(unless((service) => `${String(service["cap_drop"])}` === "ALL")).toEqual([]);
  const closed = "no-new-privileges:true";
  expect(unless((service) => `${String(service["security_opt"])}` === closed)).toEqual([]);
  expect(unless((service) => service["mem_limit"] !== undefined)).toEqual([]);
  expect(unless((service) => service["pids_limit"] !== undefined)).toEqual([]);
  expect(unless((service) => service["privileged"] === undefined)).toEqual([]);
});

test("nothing runs as root", () => {
  const servers = services.filter(([, { image }]) => !image.startsWith("greenlight:"));
  expect(servers.map(([, { user }]) => user)).toEqual(["redis", "postgres"]);
  // The image's own user: dockerfile.test.ts says who that is.
  expect(ours.map(([, { user }]) => user)).toEqual(ours.map(() => undefined));
});

test("everything says whether it is well", () => {
  expect(unless(({ healthcheck }) => healthcheck.test.length > 1)).toEqual([]);
});

test("every image is of an exact version", () => {
  expect(unless(({ image }) => /:\d+\.\d+(\.\d+)?(-[a-z]+[\d.]*)?$/.test(image))).toEqual([]);
  expect(ours.map(([, { image }]) => image)).toEqual(
    ours.map(() => `greenlight:${packageVersion()}`),
  );
});

test("three vantages of the config have a probe worker each, and two pipelines a spool each", () => {
  const commands = ours.map(([, { command }]) => command);
  const after = (word: string) =>
    commands.flatMap((command) => command[command.indexOf(word) + 1] ?? []);
  const config = parse(readFileSync(join(ROOT, "config/compose/greenlight.yaml"), "utf8"));
  const vantages = config.vantages.map(({ name }: { name: string }) => name);
  expect(after("--vantage").filter((name) => vantages.includes(name))).toEqual(vantages);
  const pipelines = services.filter(([, { command }]) => command.includes("dist/bin/pipeline.js"));
  expect(pipelines.map(([, { volumes }]) => volumes)).toEqual([
    ["spool-1:/var/lib/greenlight"],
    ["spool-2:/var/lib/greenlight"],
  ]);
  const listeners = pipelines.map(([name]) => `http://${name}:8461`);
  expect(config.bus.listeners).toEqual(listeners);
});

test("Redis and PostgreSQL can't be reached from outside, nor reach it", () => {
  for (const name of ["redis", "postgres"]) {
    const { networks = [], ports } = compose.services[name] ?? {};
    expect(networks.map((network) => compose.networks[network]?.internal)).toEqual([true]);
    expect(ports).toEqual([]);
  }
  for (const [, { ports }] of ours)
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test("no secret stands in it, and nothing that it names is undefined or idle", () => {
  const text = readFileSync(COMPOSE_FILE, "utf8");
  expect(text).not.toMatch(/\$\{|(?:PASSWORD|TOKEN|KEY):/);
  const used = {
    configs: services.flatMap(([, { configs }]) => configs.map(({ source }) => source)),
    secrets: services.flatMap(([, { secrets }]) => secrets.map(({ source }) => source)),
    volumes: services.flatMap(([, { volumes }]) => volumes.map((one) => one.split(":")[0] ?? "")),
    networks: services.flatMap(([, { networks }]) => networks),
  };
  for (const [part, names] of Object.entries(used))
    expect([...new Set(names)].toSorted()).toEqual(
      Object.keys(compose[part as keyof typeof used]).toSorted(),
    );
});

test("Redis keeps what it took, and throws nothing away", () => {
  const conf = readFileSync(join(ROOT, "config/compose/redis.conf"), "utf8");
  const lines = conf.split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "appendonly yes",
      "appendfsync always",
      "maxmemory-policy noeviction",
      "aclfile /run/secrets/users.acl",
    ]),
  );
});

test("secrets are made once, are nobody else's, and are what the compose file names", () => {
  const directory = mkdtempSync(join(tmpdir(), "greenlight-secrets-"));
  try {
    const within = join(directory, "secrets");
    const make = () =>
      execFileSync("sh", ["config/compose/make-secrets.sh", within], { cwd: ROOT });
    const read = () => readdirSync(within).map((name) => readFileSync(join(within, name), "utf8"));
    make();
    const first = read();
    make();
    expect(read()).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
    expect(statSync(within).mode & 0o777).toBe(0o700);
    expect([...readdirSync(within), ...Object.keys(NOBODYS)].toSorted()).toEqual(
      Object.values(compose.secrets)
        .map((secret) => secret.file.replace("./secrets/", ""))
        .toSorted(),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
