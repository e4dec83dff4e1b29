import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  type ConfigDirectory,
  createConfigDirectory,
  KUBECONFIG,
  withoutPlace,
} from "../../fakes/config-directory.ts";

let directory: ConfigDirectory;

beforeEach(() => {
  directory = createConfigDirectory();
});

afterEach(() => directory.remove());

test.each<[string, [string, string], string]>([
  [
    "an exec plugin",
    ["{token: a kubernetes token}", "{exec: {command: aws}}"],
    "its user runs a program (exec), which is refused: use a token",
  ],
  [
    "an auth provider",
    ["{token: a kubernetes token}", "{auth-provider: {name: gcp}}"],
    "its user has an auth-provider, which is refused: use a token",
  ],
  [
    "a server that nobody verifies",
    ["{server:", "{insecure-skip-tls-verify: true, server:"],
    "its cluster says insecure-skip-tls-verify, which is refused",
  ],
  [
    "a file that is not there",
    ["{token: a kubernetes token}", "{tokenFile: ./none}"],
    "its tokenFile ./none can't be read (ENOENT)",
  ],
  [
    "a cluster that is not there",
    ["{cluster: blue, user", "{cluster: other, user"],
    "its cluster other is not in the kubeconfig",
  ],
])("a kubeconfig is refused for %s", (_, [from, to], what) => {
  directory.write("kubeconfig", KUBECONFIG.replace(from, to));
  expect(withoutPlace(directory.problems())[0]).toBe(`clusters[0].context: ${what}`);
});

test("a kubeconfig that is none says where", () => {
  directory.write("kubeconfig", "clusters: 5\n");
  expect(withoutPlace(directory.problems())[0]).toMatch(
    /^clusters\[0\]\.kubeconfig: is no kubeconfig: line 1: /,
  );
});
