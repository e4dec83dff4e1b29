import { findProgram } from "../servers/restartable.ts";
import { areBuilt } from "./binary.ts";

/** Debian's packages of what the real run starts, beside the control planes. */
const PACKAGES = {
  "redis-server": "redis-server",
  postgres: "postgresql",
  pg_rewind: "postgresql",
  named: "bind9",
  haproxy: "haproxy",
} as const;

/** One line: what is not installed, and how to install it. */
export async function whyMissing(): Promise<string | undefined> {
  const missing = Object.entries(PACKAGES).filter(([program]) => !isInstalled(program));
  const packages = [...new Set(missing.map(([, name]) => name))].join(" ");
  const programs = missing.map(([program]) => program);
  const hows = packages === "" ? [] : [`apt-get install -y ${packages}`];
  if (!isInstalled("go") && !(await areBuilt())) {
    programs.push("go");
    hows.push("Go 1.26 or later from https://go.dev/dl, or set KUBEBUILDER_ASSETS");
  }
  if (programs.length === 0) return undefined;
  return `test:kube needs ${programs.join(", ")}: ${hows.join("; ")}`;
}

function isInstalled(program: string): boolean {
  try {
    findProgram(program, "");
    return true;
  } catch {
    return false;
  }
}
