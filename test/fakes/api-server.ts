import { Writable } from "node:stream";
import { request } from "undici";
import { SystemClock } from "../../src/adapters/clock/system-clock.ts";
import { createLog } from "../../src/adapters/log/log.ts";
import { createMetrics } from "../../src/adapters/metrics/metrics.ts";
import { type ApiServer, startApi } from "../../src/api/server.ts";
import { createToken } from "../../src/runtime/token.ts";
import { FakeControl } from "./fake-control.ts";

/** The real API on a free port of this machine, over a fake Control. */
export interface TestApi extends ApiServer {
  readonly control: FakeControl;
  /** It waits for what it answers from, for that reason; undefined: it has it. */
  waits(why: string | undefined): void;
  /** Tokens. */
  readonly viewer: string;
  readonly operator: string;
  readonly approver: string;
  readonly admin: string;
  /** The lines of the log so far. */
  readonly log: string[];
  call(method: string, path: string, options?: CallOptions): Promise<CallAnswer>;
}

export interface CallOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly text?: string;
}

export interface CallAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export async function startTestApi(port = 0): Promise<TestApi> {
  const viewer = createToken("vera", "viewer");
  const operator = createToken("alice", "operator");
  const approver = createToken("bob", "approver");
  const admin = createToken("root", "admin");
  const control = new FakeControl();
  let waiting: string | undefined;
  const log: string[] = [];
  const to = new Writable({
    write: (chunk, _encoding, done) => {
      log.push(String(chunk));
      done();
    },
  });
  const server = await startApi(
    { host: "127.0.0.1", port },
    {
      control: () => waiting ?? control,
      tokens: [viewer, operator, approver, admin].map(({ line }) => line),
      log: createLog({ level: "trace", format: "json", to }),
      metrics: createMetrics("0.0.0"),
      clock: new SystemClock(),
    },
  );
  return {
    ...server,
    control,
    waits: (why) => {
      waiting = why;
    },
    log,
    viewer: viewer.token,
    operator: operator.token,
    approver: approver.token,
    admin: admin.token,
    call: (method, path, options = {}) => call(server.url + path, method, options),
  };
}

async function call(url: string, method: string, options: CallOptions): Promise<CallAnswer> {
  const { token, headers = {}, json, text } = options;
  const answer = await request(url, {
    method: method as "GET",
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    body: json === undefined ? (text ?? null) : JSON.stringify(json),
  });
  const { statusCode: status } = answer;
  return { status, headers: answer.headers, text: await answer.body.text() };
}
