import { findProgram } from "../../servers/restartable.ts";

/** Debian's packages of what the real run starts, beside the control planes. */
const PACKAGES = {
  "redis-server": "redis-server",
  postgres: "postgresql",
  pg_basebackup: "postgresql",
  named: "bind9",
  haproxy: "haproxy",
} as const;

/** One line: what is not installed, and how to install it. */
export function findMissing(): string | undefined {
  const missing = Object.entries(PACKAGES).filter(([program, name]) => {
    try {
      findProgram(program, name);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map(([, name]) => name))].join(" ");
  const programs = missing.map(([program]) => program).join(", ");
  return `the real run needs ${programs}: apt-get install -y ${packages}`;
}
