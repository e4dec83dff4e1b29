import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createPrivatePem, createSigner } from "../../../src/adapters/signing/ed25519.ts";
import { readSigningKey } from "../../../src/runtime/signing-key.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "greenlight-key-"));
});

afterEach(() => rm(directory, { recursive: true }));

const config = (pem?: string) => ({
  secret: () => pem ?? "",
  ...(pem !== undefined && { signingKey: "env/KEY" }),
});

test("the first start makes a key that only its owner may read, and the next one finds it", async () => {
  const pem = await readSigningKey(config(), directory);
  expect(createSigner(pem).publicKey).toMatch(/^MCowBQYDK2VwAyEA/);
  expect(await readSigningKey(config(), directory)).toBe(pem);
  const { mode } = await stat(join(directory, "signing-key.pem"));
  expect(mode & 0o777).toBe(0o600);
});

test("one that others could read is closed to them", async () => {
  await writeFile(join(directory, "signing-key.pem"), createPrivatePem(), { mode: 0o644 });
  await readSigningKey(config(), directory);
  expect((await stat(join(directory, "signing-key.pem"))).mode & 0o777).toBe(0o600);
});

test("the config's key is taken as it is, and none is made", async () => {
  const pem = createPrivatePem();
  expect(await readSigningKey(config(pem), directory)).toBe(pem);
  await expect(stat(join(directory, "signing-key.pem"))).rejects.toMatchObject({ code: "ENOENT" });
});
