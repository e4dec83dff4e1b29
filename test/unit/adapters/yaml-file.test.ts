import { expect, test } from "@jest/globals";
import { z } from "zod";
import { problemText, readYaml } from "../../../src/adapters/yaml/yaml-file.ts";

function problemsOf(text: string | Uint8Array): readonly string[] {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const reading = readYaml(bytes, "a.yaml");
  return "problems" in reading ? reading.problems.map(problemText) : [];
}

test("a file is its value, and knows where each part of it stands", () => {
  const bytes = new TextEncoder().encode("# yes\na:\n  - b: &b {c: 1}\n  - *b\nd: !!str 5\n");
  const reading = readYaml(bytes, "a.yaml");
  if (!("yaml" in reading)) throw new Error("not read");
  expect(reading.yaml.value).toEqual({ a: [{ b: { c: 1 } }, { c: 1 }], d: "5" });
  const at = (...path: PropertyKey[]) => {
    const { line, column } = reading.yaml.problem({ path, what: "" });
    return [line, column];
  };
  expect(at()).toEqual([2, 1]);
  expect(at("a", 0, "b", "c")).toEqual([3, 15]);
  expect(at("a", 0, "none", "below")).toEqual([3, 5]);
  expect(at("d")).toEqual([5, 10]);
  const schema = z.strictObject({ a: z.array(z.unknown()), d: z.number() });
  const { error } = schema.safeParse(reading.yaml.value);
  expect(error && reading.yaml.problems(error).map(problemText)).toEqual([
    "a.yaml:5:10 d: must be a number, not a string",
  ]);
});

test.each<[string, string | Uint8Array, readonly string[]]>([
  ["not UTF-8", Uint8Array.of(0xff, 0xfe, 0x00), ["1:1 is not UTF-8"]],
  [
    "a byte order mark",
    "\uFEFFstorage: 5",
    ["1:1 starts with a byte order mark: save it as UTF-8 without BOM"],
  ],
  ["a tab", "api:\n\thost: 127.0.0.1", ["2:1 Tabs are not allowed as indentation"]],
  [
    "a key twice",
    "log: {level: info, level: warn}\nlog: {}",
    ["1:20 the key level is there twice", "2:1 the key log is there twice"],
  ],
  [
    "a merge key",
    "%YAML 1.1\n---\nlog: &log {level: info}\napi: {<<: *log}",
    ["4:7 merge keys (<<) are not allowed"],
  ],
  ["a tag", "log: !!js/function 'x'", ["1:6 Unresolved tag: tag:yaml.org,2002:js/function"]],
  ["an alias that leads nowhere", "log: *nope", ["1:6 there is no anchor nope"]],
  ["an alias that holds itself", "log: &log [*log]", ["1:12 the alias log contains itself"]],
  ["too much", "# ".padEnd(300_000, "x"), ["1:1 is larger than 256 KB"]],
  ["too many aliases", `a: &a 1\nb: [${"*a,".repeat(101)}]`, ["2:305 more than 100 aliases"]],
])("a file is refused that has %s", (_, text, problems) => {
  expect(problemsOf(text)).toEqual(problems.map((problem) => `a.yaml:${problem}`));
});

test("aliases of aliases have their bound", () => {
  const bomb = ["a0: &a0 [x,x,x,x,x,x,x,x]"];
  for (let level = 1; level < 9; level += 1)
    bomb.push(`a${level}: &a${level} [${`*a${level - 1},`.repeat(8)}]`);
  expect(problemsOf(bomb.join("\n"))[0]).toMatch(/^a\.yaml:1:1 can't be read: .*alias/);
});

test.each(["[", "{a: ", "- ", "? ", "- ? "])("so has depth: %s", (opener) => {
  expect(problemsOf(opener.repeat(20_000))).toEqual(["a.yaml:1:1 is nested too deep"]);
});

test("depth by indentation is bounded too", () => {
  const lines = Array.from({ length: 300 }, (_, level) => `${" ".repeat(level)}a:`);
  expect(problemsOf(lines.join("\n"))).toEqual(["a.yaml:1:1 is nested too deep"]);
});
