/** What one needs to look around in a sandbox: a part of its sandbox.json. */
export interface Surroundings {
  readonly kubeconfig: string;
  /** host:port. */
  readonly dns: { readonly address: string };
  readonly shop: {
    readonly name: string;
    readonly port: number;
    readonly blue: string;
    readonly green: string;
  };
  /** The fault panel's URL. */
  readonly faults: string;
}

/** Commands that show a running sandbox from outside, one a line; whole, to be copied. */
export function renderLookAround({ kubeconfig, dns, shop, faults }: Surroundings): string {
  const [host, port] = dns.address.split(":");
  const url = `http://${shop.name}:${shop.port}`;
  const fault = JSON.stringify({ kind: "kill", part: "all", cluster: "blue" });
  return lines(
    `export KUBECONFIG=${kubeconfig}`,
    "kubectl get deployments --context blue",
    "kubectl get deployments,leases --context green",
    `dig @${host} -p ${port} +noall +answer ${shop.name}`,
    `curl --resolve ${shop.name}:${shop.port}:${shop.blue} ${url}`,
    `curl --resolve ${shop.name}:${shop.port}:${shop.green} ${url}`,
    `curl ${faults}/`,
    `curl ${faults}/faults -d '${fault}'`,
    `curl ${faults}/faults -X DELETE`,
  );
}

/** Commands that ask the Greenlight that looks after it. */
export function renderAskGreenlight(access: {
  readonly url: string;
  readonly token: string;
}): string {
  return lines(
    `export GREENLIGHT_URL=${access.url}`,
    `export GREENLIGHT_TOKEN=${access.token}`,
    "npx greenlight status",
    "npx greenlight explain shop",
    "npx greenlight operation list",
  );
}

function lines(...commands: readonly string[]): string {
  return commands.map((command) => `  ${command}\n`).join("");
}
