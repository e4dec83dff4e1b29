import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";

const FOLDER = "runbooks";
const kinds = readdirSync(FOLDER).flatMap((name) => /^(.+)\.yaml$/.exec(name)?.[1] ?? []);
const pages = readdirSync(FOLDER).filter((name) => name.endsWith(".md"));
const textOf = (page: string) => readFileSync(join(FOLDER, page), "utf8");

/** A heading names one step, or several. */
const headingsOf = (page: string) =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) => title);

/** As GitHub makes them. */
const anchorsOf = (page: string) =>
  headingsOf(page).map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );

describe.each(kinds)("the page of %s", (kind) => {
  const { steps = [], stepsOf } = parse(textOf(`${kind}.yaml`));

  test("has a place for every step that may fail, or names the page that has", () => {
    const headings = headingsOf(`${kind}.md`).flatMap((title) => title.split(", "));
    const missing = steps.filter(({ id }: { id: string }) => !headings.includes(id));
    expect(missing).toEqual([]);
    if (stepsOf !== undefined) expect(textOf(`${kind}.md`)).toContain(`(${stepsOf}.md#`);
  });

  test("says what a person does without Greenlight, by commands that there are", () => {
    const [, byHand = ""] = textOf(`${kind}.md`).split("## By hand");
    if (kind !== "failover") expect(byHand).toMatch(/kubectl --context/);
  });
});

test.each(pages)("every file and every place that %s links to is there", (page) => {
  const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const broken = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? page : file;
    if (!existsSync(join(FOLDER, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test("every kind has a page", () => {
  expect(kinds.filter((kind) => !pages.includes(`${kind}.md`))).toEqual([]);
});
