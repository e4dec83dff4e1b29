import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { whoHas } from "../../../src/runtime/token.ts";
import {
  type ConfigDirectory,
  createConfigDirectory,
  EXAMPLE,
} from "../../fakes/config-directory.ts";
import { runCommand, tooWide } from "../../fakes/fake-terminal.ts";

let directory: ConfigDirectory;

beforeEach(() => {
  directory = createConfigDirectory();
});

afterEach(() => directory.remove());

test("a config that is right is said to be so", async () => {
  const { status, out } = await runCommand(["config", "check", directory.file], directory);
  expect(status).toBe(0);
  expect(out.replace(/\s+/g, " ")).toContain("is right: shop on blue, green; runbooks");
  expect(tooWide(out.replaceAll(directory.path, ""))).toEqual([]);
});

test("of one that is wrong every problem is printed, by itself", async () => {
  directory.write(
    "greenlight.yaml",
    EXAMPLE.replace("standby: green", "standby: purple").replace("port: 8460", "port: none"),
  );
  const args = ["config", "check", directory.file];
  const { status, out } = await runCommand(args, directory);
  expect(status).toBe(78);
  const lines = out.trimEnd().split("\n");
  expect(lines[0]).toMatch(/greenlight\.yaml:\d+:9 api\.port: must be a number, not a string$/);
  expect(lines.length).toBeGreaterThan(2);
  const { out: json } = await runCommand([...args, "-o", "json"], directory);
  expect(JSON.parse(json).problems[0]).toMatchObject({
    line: EXAMPLE.split("\n").indexOf("  port: 8460") + 1,
    column: 9,
    path: "api.port",
    what: "must be a number, not a string",
  });
});

test("a schema is printed for editors", async () => {
  const { out } = await runCommand(["config", "schema", "runbook"]);
  expect(JSON.parse(out)).toMatchObject({ title: "A Greenlight runbook" });
});

test("a token and its line belong together, and the config takes the line", async () => {
  const { status, out } = await runCommand([
    "token",
    "create",
    "--owner",
    "vera",
    "--role",
    "viewer",
  ]);
  expect(status).toBe(0);
  const [token = "", line = ""] = out.split("\n");
  const hash = /"(sha256:[0-9a-f]{64})"/.exec(line)?.[1] ?? "";
  expect(whoHas(token, [{ owner: "vera", role: "viewer", hash }])).toBeDefined();
  directory.write("greenlight.yaml", EXAMPLE.replace("  tokens:\n", `  tokens:\n    ${line}\n`));
  const check = await runCommand(["config", "check", directory.file], directory);
  expect(check).toMatchObject({ status: 0 });
  const { out: json } = await runCommand(["token", "create", "-o", "json"]);
  expect(JSON.parse(json)).toMatchObject({ line: { owner: "operator", role: "operator" } });
});
