import { expect, test } from "@jest/globals";
import { isIgnored, listContext } from "./build-context.ts";
import { readComposeFile } from "./compose-file.ts";
import { copyingOf, readDockerfile } from "./dockerfile.ts";

const stages = readDockerfile();
const last = stages.at(-1);
const copies = stages.flatMap(({ instructions }) =>
  instructions.flatMap((instruction) => copyingOf(instruction) ?? []),
);

test("it builds in stages, and what it begins from is of an exact version", () => {
  const names = stages.flatMap(({ name }) => name ?? []);
  const images = stages.map(({ from }) => from).filter((from) => !names.includes(from));
  expect(images.length).toBeGreaterThan(1);
  for (const image of images) expect(image).toMatch(/^node:\d+\.\d+\.\d+-\w+-slim$/);
  expect(new Set(images).size).toBe(1);
});

test("all that it copies is sent to the builder, and all that is sent is copied", () => {
  const sent = listContext();
  const own = copies.filter(({ from }) => from === undefined).flatMap(({ sources }) => sources);
  const isOf = (source: string) => (path: string) =>
    path === source || path.startsWith(`${source}/`);
  expect(own.filter((source) => !sent.some(isOf(source)))).toEqual([]);
  expect(sent.filter((path) => !own.some((source) => isOf(source)(path)))).toEqual([]);
});

test("no secret, history or work of one's own is sent", () => {
  const never = [".git/config", "secrets/kubeconfig", "node_modules/x/y.js", "dist/x.js", ".env"];
  expect(never.filter((path) => !isIgnored(path))).toEqual([]);
});

test("the image is not root's, and what runs in it is told in whole", () => {
  const contentOf = (keyword: string) =>
    last?.instructions
      .filter((instruction) => instruction.getKeyword() === keyword)
      .map((instruction) => instruction.getArgumentsContent());
  expect(contentOf("USER")).toEqual(["10001:10001"]);
  expect(contentOf("ENTRYPOINT")).toEqual(["[]"]);
  // Everything that runs as root while it is built runs in a stage that is left behind.
  expect(contentOf("RUN")).toEqual([]);
  const { services } = readComposeFile();
  const ours = Object.values(services).filter(({ image }) => image.startsWith("greenlight:"));
  expect(ours.map(({ command }) => command[0])).toEqual(ours.map(() => "node"));
});
