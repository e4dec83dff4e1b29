import type { DataStatus } from "../../domain/data-status.ts";
import { type AskedWithin, judgeStatus } from "./judged-status.ts";

/** Reads an answer to `GET /status` (runbooks/data-http.md). */
export function readHttpStatus(body: string, within: AskedWithin): DataStatus {
  return judgeStatus(parseJson(body), within);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
