import type { Environment } from "./config-secret.ts";

/** The variables that this process was started with. */
export const environment: Environment = process.env;

/** Where the API is and what lets us in, for whoever talks to a running Greenlight. */
export function apiAccess(env: Environment): { readonly url: string; readonly token?: string } {
  const { GREENLIGHT_URL: url = "", GREENLIGHT_TOKEN: token = "" } = env;
  return { url: url || "http://127.0.0.1:8460", ...(token !== "" && { token }) };
}
