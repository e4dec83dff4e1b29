import { readFileSync } from "node:fs";
import { Agent } from "undici";
import { parse } from "yaml";
import { type Asking, askJson, type Reply } from "./http-json.ts";

export const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
export const SHOP = `${DEPLOYMENTS}/shop`;

interface Named {
  readonly name: string;
}

/** What a person does with kubectl in the sandbox's clusters. */
export class Kube {
  readonly #file: {
    readonly clusters: (Named & {
      cluster: { server: string; "certificate-authority-data": string };
    })[];
    readonly users: (Named & { user: { token: string } })[];
  };

  constructor(kubeconfig: string) {
    this.#file = parse(readFileSync(kubeconfig, "utf8"));
  }

  async ask(cluster: string, path: string, asking: Asking = {}): Promise<Reply> {
    const mine = ({ name }: Named) => name === cluster;
    const found = this.#file.clusters.find(mine)?.cluster;
    const token = this.#file.users.find(mine)?.user.token;
    const ca = Buffer.from(found?.["certificate-authority-data"] ?? "", "base64");
    const agent = new Agent({ connect: { ca } });
    try {
      return await askJson(`${found?.server}${path}`, {
        ...asking,
        dispatcher: agent,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          ...asking.headers,
        },
      });
    } finally {
      await agent.destroy();
    }
  }

  /** Merges into the shop's Deployment, as `kubectl patch --type merge` does. */
  async patchShop(cluster: string, spec: object): Promise<void> {
    const headers = { "content-type": "application/merge-patch+json" };
    const asking = { method: "PATCH", headers, body: { spec } } as const;
    const { status, json } = await this.ask(cluster, SHOP, asking);
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(json)}`);
  }

  async replicas(cluster: string): Promise<number> {
    return (await this.ask(cluster, SHOP)).json.spec.replicas;
  }
}
