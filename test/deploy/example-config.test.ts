import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { loadConfig } from "../../src/runtime/config-file.ts";
import { renderKubeconfig } from "../../src/sandbox/kubernetes/kubeconfig.ts";
import { ROOT } from "./compose-file.ts";
import { makeSecrets, NOBODYS } from "./scratch-secrets.ts";

const clusters = ["blue", "green"].map((name) => ({
  name,
  server: "https://192.0.2.1:6443",
  token: "-",
  certificateAuthority: "-----BEGIN CERTIFICATE-----\nLQ==\n-----END CERTIFICATE-----\n",
}));

test.each(["config/compose", "config/deploy/third-cluster"])(
  "the configuration in %s is right, with the secrets that are made for it",
  async (from) => {
    const directory = mkdtempSync(join(tmpdir(), "greenlight-example-"));
    try {
      const secrets = makeSecrets({ ...NOBODYS, kubeconfig: renderKubeconfig(clusters) });
      renameSync(secrets, join(directory, "secrets"));
      const file = join(directory, "greenlight.yaml");
      copyFileSync(join(ROOT, from, "greenlight.yaml"), file);
      const config = await loadConfig(file, {});
      expect(config.storage.driver).toBe("postgres");
      writeFileSync(join(directory, "secrets/queue-key"), "");
      await expect(loadConfig(file, {})).rejects.toMatchObject({ code: "GL_CONFIG" });
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
