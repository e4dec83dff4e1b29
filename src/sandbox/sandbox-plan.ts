import { randomSecret } from "../adapters/chance/random-secret.ts";
import type { TsigKey } from "../adapters/dns-message/tsig.ts";
import type { Chance } from "../engine/ports/chance.ts";
import { createToken } from "../runtime/token.ts";
import { findFreePort } from "./free-port.ts";
import { renderKubeconfig } from "./kubernetes/kubeconfig.ts";
import { renderSandboxConfig } from "./sandbox-config.ts";
import { pathsIn, type SandboxDescription, type SandboxFiles } from "./sandbox-file.ts";

/** The address of each cluster; all its parts listen there and speak from there. */
export const HOSTS = { blue: "127.0.0.2", green: "127.0.0.3" } as const;
/** Of all that belongs to no cluster. */
export const HERE = "127.0.0.1";
export const ZONE = "sandbox.test";
export const RECORD = `shop.${ZONE}`;
export const HOSTED_ZONE = "Z0SANDBOX";

/** All that is chosen before anything listens: ports and secrets, and the files that tell them. */
export interface SandboxPlan {
  readonly directory: string;
  readonly ports: Ports;
  readonly secrets: {
    readonly clusters: Readonly<Record<keyof typeof HOSTS, string>>;
    readonly store: string;
    /** For Route 53's API. */
    readonly accessKeyId: string;
  };
  readonly key: TsigKey;
  readonly storeUrls: Readonly<Record<keyof typeof HOSTS, string>>;
  readonly files: SandboxFiles;
  readonly description: SandboxDescription;
}

interface Ports {
  /** The same in both clusters. */
  readonly api: number;
  readonly shop: number;
  readonly store: number;
  readonly dns: number;
  readonly route53: number;
  readonly panel: number;
  readonly control: readonly [number, number];
  /** For Greenlight's own API. */
  readonly greenlight: number;
}

export async function planSandbox({
  directory,
  chance,
  certificateAuthority,
}: {
  readonly directory: string;
  readonly chance: Chance;
  /** PEM. */
  readonly certificateAuthority: string;
}): Promise<SandboxPlan> {
  const ports = await choosePorts(chance);
  const secrets = {
    clusters: { blue: randomSecret(), green: randomSecret() },
    store: randomSecret(),
    accessKeyId: "AKIASANDBOX",
  };
  const secretAccessKey = randomSecret();
  const secret = Buffer.from(randomSecret(), "base64url");
  const tsig = { name: "greenlight", algorithm: "hmac-sha256" } as const;
  const operator = createToken("sandbox", "operator");
  const approver = createToken("approver", "approver");
  const urls = (scheme: string, port: number) => ({
    blue: `${scheme}://${HOSTS.blue}:${port}`,
    green: `${scheme}://${HOSTS.green}:${port}`,
  });
  const servers = urls("https", ports.api);
  const storeUrls = urls("http", ports.store);
  const access = (["blue", "green"] as const).map((name) => ({
    name,
    server: servers[name],
    token: secrets.clusters[name],
    certificateAuthority,
  }));
  const base64 = secret.toString("base64");
  const files = {
    kubeconfig: renderKubeconfig(access),
    config: renderSandboxConfig({
      ports,
      tokens: [operator.line, approver.line],
      hosts: HOSTS,
      storeUrls,
    }),
    tsigKey: `${base64}\n`,
    accessKeyId: `${secrets.accessKeyId}\n`,
    secretAccessKey: `${secretAccessKey}\n`,
    storeToken: `${secrets.store}\n`,
    approverToken: `${approver.token}\n`,
  };
  const { kubeconfig, config, approverToken: approverTokenFile } = pathsIn(directory);
  const description = {
    kubeconfig,
    dns: { address: `${HERE}:${ports.dns}`, zone: ZONE, tsig: { ...tsig, secret: base64 } },
    route53: {
      endpoint: `http://${HERE}:${ports.route53}`,
      hostedZone: HOSTED_ZONE,
      accessKeyId: secrets.accessKeyId,
      secretAccessKey,
    },
    shop: { name: RECORD, port: ports.shop, ...HOSTS },
    store: storeUrls,
    faults: `http://${HERE}:${ports.panel}`,
    config,
    token: operator.token,
    approverTokenFile,
  };
  return { directory, ports, secrets, key: { ...tsig, secret }, storeUrls, files, description };
}

async function choosePorts(chance: Chance): Promise<Ports> {
  const taken: number[] = [];
  const choose = async (...hosts: string[]) => {
    const port = await findFreePort(hosts, chance, { taken });
    taken.push(port);
    return port;
  };
  const both = Object.values(HOSTS);
  return {
    api: await choose(...both),
    shop: await choose(...both),
    store: await choose(...both),
    dns: await choose(HERE),
    route53: await choose(HERE),
    panel: await choose(HERE),
    control: [await choose(HERE), await choose(HERE)],
    greenlight: await choose(HERE),
  };
}
