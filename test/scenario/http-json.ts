import { type Dispatcher, request } from "undici";

export interface Reply {
  readonly status: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly json: any;
}

export interface Asking {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  /** A value as JSON, or a text as it is. */
  readonly body?: unknown;
  readonly dispatcher?: Dispatcher;
}

/** One request to its end; an answer that is not JSON has its text as `json`. */
export async function askJson(url: string, asking: Asking = {}): Promise<Reply> {
  const { method = "GET", headers = {}, body, dispatcher } = asking;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await request(url, {
    method,
    headers: { ...headers },
    body: text ?? null,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    ...(dispatcher && { dispatcher }),
  });
  const said = await answer.body.text();
  const type = String(answer.headers["content-type"]).split(";")[0] ?? "";
  const json = /[/+]json$/.test(type) ? JSON.parse(said) : said;
  return { status: answer.statusCode, type, json };
}

const TIMEOUT_MS = 10_000;
