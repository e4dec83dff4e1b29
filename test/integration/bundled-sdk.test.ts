import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const BUNDLE = join(import.meta.dirname, "../../dist/bin");

test("the bundle brings Route 53's SDK, loaded when it is needed, with its names", async () => {
  const [file = ""] = readdirSync(BUNDLE).filter((name) => /^sdk-\w+\.js$/.test(name));
  const sdk = await import(join(BUNDLE, file));
  for (const name of ["Route53Client", "GetChangeCommand", "ListResourceRecordSetsCommand"])
    expect(sdk[name]).toEqual(expect.any(Function));
});
