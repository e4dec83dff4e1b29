import { z } from "zod";

/** `127.0.0.1:5353`, `[::1]:53` or `name:53`. */
export const hostPort = z
  .string()
  .max(260)
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/@[\]]+):\d{1,5}$/, "must be host:port")
  .refine((text) => portOf(text) >= 1 && portOf(text) <= 65535, "must have a port of 1 to 65535");

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Of what the schema has let pass. */
export function parseHostPort(text: string): HostPort {
  const host = text.slice(0, text.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
  return { host, port: portOf(text) };
}

function portOf(text: string): number {
  return Number(text.slice(text.lastIndexOf(":") + 1));
}
