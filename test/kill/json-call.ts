import { type Dispatcher, request } from "undici";

export interface JsonCall {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly dispatcher?: Dispatcher;
  readonly timeoutMs?: number;
}

/** One request to its end: the text of a good answer; rejects on any other. */
export async function callText(url: string, call: JsonCall = {}): Promise<string> {
  const { method = "GET", headers = {}, json, dispatcher, timeoutMs = TIMEOUT_MS } = call;
  const type = json === undefined ? {} : { "content-type": "application/json" };
  const { statusCode, body } = await request(url, {
    method,
    headers: { ...type, ...headers },
    body: json === undefined ? null : JSON.stringify(json),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    ...(dispatcher && { dispatcher }),
  });
  const text = await body.text();
  if (statusCode < 300) return text;
  throw new Error(`${method} ${url} answered ${statusCode}: ${text}`);
}

/** The caller knows what it asked for. */
export async function callJson<T>(url: string, call: JsonCall = {}): Promise<T> {
  return JSON.parse(await callText(url, call)) as T;
}

const TIMEOUT_MS = 5_000;
