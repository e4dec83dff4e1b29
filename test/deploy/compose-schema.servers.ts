import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { describeWhere } from "../integration/describe-where.ts";
import { COMPOSE_FILE, ROOT, readComposeFile } from "./compose-file.ts";
import { makeSecrets, NOBODYS } from "./scratch-secrets.ts";

/** The loader that Docker Compose itself uses, with the schema that the specification publishes. */
const LOADER = "github.com/compose-spec/compose-go/v2/cmd@v2.16.2";

jest.setTimeout(300_000);

describeWhere("go", "the compose file and its specification", (go) => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "greenlight-compose-"));
    copyFileSync(COMPOSE_FILE, join(directory, "docker-compose.yml"));
    cpSync(join(ROOT, "config"), join(directory, "config"), { recursive: true });
    const secrets = makeSecrets(NOBODYS);
    cpSync(secrets, join(directory, "secrets"), { recursive: true });
    rmSync(secrets, { recursive: true });
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  async function load(file: string) {
    const words = ["run", LOADER, "-format", "json", file];
    const { stdout } = await promisify(execFile)(go, words, { cwd: directory });
    return JSON.parse(stdout);
  }

  test("it is valid, and means what the other suites take it to mean", async () => {
    const { services } = await load("docker-compose.yml");
    const own = readComposeFile().services;
    expect(Object.keys(services).toSorted()).toEqual(Object.keys(own).toSorted());
    for (const [name, { command, environment, healthcheck, image, user }] of Object.entries(own)) {
      const loaded = services[name];
      expect(loaded).toMatchObject({
        command,
        image,
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        ...(user !== undefined && { user }),
      });
      expect(dollars(loaded.command)).toEqual(command);
      expect(loaded.environment ?? {}).toEqual(environment);
      expect(dollars(loaded.healthcheck.test)).toEqual(healthcheck.test);
    }
  });

  test.each([
    ["a key that is unknown", "    user: redis", "    usr: redis", /usr/],
    ["a value of another type", "read_only: true", "read_only: [1]", /read_only/],
    ["a condition that is none", "service_healthy", "well", /condition/],
  ])("%s is refused", async (_, found, instead, why) => {
    const text = readFileSync(COMPOSE_FILE, "utf8");
    expect(text).toContain(found);
    writeFileSync(join(directory, "wrong.yml"), text.replace(found, instead));
    await expect(load("wrong.yml")).rejects.toThrow(why);
  });
});

/** What it prints may be read again, with each `$` written as `$$`. */
function dollars(words: readonly string[]): readonly string[] {
  return words.map((word) => word.replaceAll("$$", "$"));
}
