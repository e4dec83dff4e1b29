import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { GUARDS } from "../../src/domain/guard.ts";

const page = readFileSync("runbooks/failover.md", "utf8");
const headings = page.split("\n").flatMap((line) => {
  const title = /^### (.+)$/.exec(line)?.[1];
  return title === undefined ? [] : title.split(", ");
});

test("every guard, and every step that may fail, has its place on the page for 3 a.m.", () => {
  const { steps } = parse(readFileSync("runbooks/failover.yaml", "utf8"));
  const guards = GUARDS.map(({ name }) => name as string);
  const named = [...guards, ...steps.map(({ id }: { id: string }) => id)];
  expect(named.filter((name) => !headings.includes(name))).toEqual([]);
});

test("what it links to is on it", () => {
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor);
  expect(links.filter((link) => !anchors.includes(link))).toEqual([]);
});
