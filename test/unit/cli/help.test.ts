import { expect, test } from "@jest/globals";
import type { Command } from "commander";
import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { createProgram } from "../../../src/cli/program.ts";
import { Shell } from "../../../src/cli/shell.ts";
import { createTerminal } from "../../../src/cli/terminal.ts";
import { runCommand, tooWide } from "../../fakes/fake-terminal.ts";

function pathsOf(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  return [path, ...command.commands.flatMap((one) => pathsOf(one, [...path, one.name()]))];
}

const PATHS = pathsOf(createProgram(new Shell(createTerminal(new SystemClock(), {})))).map(
  (path) => [path.join(" ") || "greenlight", path] as const,
);

test("all commands are there", () => {
  expect(PATHS.map(([path]) => path)).toEqual(
    expect.arrayContaining([
      "status",
      "explain",
      "plan",
      "failover",
      "switchover",
      "failback",
      "acknowledge",
      "pause",
      "unpause",
      "report show",
      "audit verify",
      "config check",
      "token create",
      "drill list",
      "drill next",
      "drill run",
      ...["list", "show", "watch", "approve", "rollback"].map((verb) => `operation ${verb}`),
      ...["resume", "abort"].map((verb) => `operation ${verb}`),
    ]),
  );
});

test.each(PATHS)("the help of %s fits a terminal", async (_, path) => {
  const { status, out, err } = await runCommand([...path, "--help"]);
  expect([status, err]).toEqual([0, ""]);
  expect(out).toMatch(/^Usage: greenlight/);
  expect(tooWide(out)).toEqual([]);
});

test("the version is the package's", async () => {
  expect(await runCommand(["--version"])).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test.each([
  ["nothing"],
  ["frobnicate"],
  ["explain"],
  ["explain", "shop", "too much"],
  ["status", "-o", "xml"],
  ["status", "--colour"],
  ["config", "check"],
  ["token", "create", "--role", "root"],
])("usage: %s %s %s", async (...args: string[]) => {
  const { status, out, err } = await runCommand(args);
  expect([status, out]).toEqual([64, ""]);
  expect(err).not.toBe("");
});
