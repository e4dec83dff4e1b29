import { Writable } from "node:stream";
import { expect, test } from "@jest/globals";
import { createLog, type LogOptions } from "../../../src/adapters/log/log.ts";

function logged(format: LogOptions["format"], record: object, text = "said"): string {
  let written = "";
  const to = new Writable({
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
    },
  });
  createLog({ level: "info", format, to }).info(record, text);
  return written;
}

const SECRETS = {
  authorization: "Bearer canary-1",
  token: "canary-2",
  a: { b: [{ clientSecret: "canary-3", PASSWORD: "canary-4" }] },
  headers: { Authorization: "canary-5", cookie: "canary-6" },
  user: { "client-key-data": "canary-7", privateKey: "canary-8" },
  url: "asked with Bearer canary-9-canary",
  told: `gl_${"canary-10-".padEnd(43, "x")}`,
  err: Object.assign(new Error("refused", { cause: { secret: "canary-11" } }), {
    token: "canary-12",
    command: { name: "hello", args: ["3", "AUTH", "default", "canary-13"] },
    lastNodeError: Object.assign(new Error("of a node"), { command: ["AUTH", "canary-14"] }),
  }),
};

test.each(["json", "pretty"] as const)("no secret is in a record: %s", (format) => {
  const line = logged(format, SECRETS);
  expect(line).not.toContain("canary");
  expect(line).toContain("[redacted]");
  expect(line).toContain("refused");
});

test("a record is one line of JSON, whatever is in it", () => {
  const line = logged("json", { name: "a\r\nb\u001b[31m" }, "two\nlines");
  expect(line.trimEnd().split("\n")).toHaveLength(1);
  expect(JSON.parse(line)).toMatchObject({ level: "info", name: "a\r\nb\u001b[31m" });
  expect(line).not.toContain("\u001b");
});

test("depth and cycles have an end", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  expect(logged("json", { cycle })).toContain("[deeper]");
});
