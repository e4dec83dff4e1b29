import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { packageRoot } from "../runtime/package-root.ts";
import type { TokenLine } from "../runtime/token.ts";

/** What differs from one sandbox to the next. */
export interface ConfigValues {
  readonly ports: {
    readonly greenlight: number;
    readonly control: readonly number[];
    readonly shop: number;
    readonly dns: number;
    readonly store: number;
  };
  readonly tokens: readonly TokenLine[];
  /** By cluster. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly storeUrls: Readonly<Record<string, string>>;
}

/** config/sandbox.yaml with these values in it; its comments stay. */
export function renderSandboxConfig({ ports, tokens, hosts, storeUrls }: ConfigValues): string {
  const directory = join(packageRoot(), "config");
  const text = readFileSync(join(directory, "sandbox.yaml"), "utf8");
  const document = parseDocument(text.replace("$schema=./", `$schema=${directory}/`));
  const shop = ["applications", 0] as const;
  document.setIn(["api", "port"], ports.greenlight);
  document.setIn(["api", "tokens"], document.createNode(tokens));
  for (const [index, port] of ports.control.entries())
    document.setIn(["control", "targets", index, "http"], `http://127.0.0.1:${port}/`);
  document.setIn([...shop, "public", "port"], ports.shop);
  document.setIn([...shop, "dns", 0, "servers", 0], `127.0.0.1:${ports.dns}`);
  for (const [cluster, host] of Object.entries(hosts)) {
    document.setIn([...shop, "public", "addresses", cluster], host);
    document.setIn([...shop, "data", 0, "urls", cluster], storeUrls[cluster]);
    document.setIn([...shop, "probes", 3, "addresses", cluster], `${host}:${ports.store}`);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
