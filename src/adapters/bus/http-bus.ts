import { Agent } from "undici";
import { detailOf, GreenlightError } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { createCallHttp } from "../http/http-call.ts";
import type { Carrier } from "./carrier.ts";
import { HEARS_HERE, type SignalListener } from "./signal-listener.ts";

export interface HttpBusOptions {
  readonly clock: Clock;
  /** Where the others listen, as in `http://10.0.0.7:8470`; this process need not be among them. */
  readonly urls: readonly string[];
  /** Shared with them. */
  readonly token: string;
  /** Our own ear; absent: this process hears what is at hand where it tells something. */
  readonly listener?: SignalListener | undefined;
}

/**
 * Carries by one request to each of the others. It went out when one of them took it. To who has no
 * ear the answers bring what is at hand there.
 */
export function createHttpCarrier(options: HttpBusOptions): Carrier {
  const { clock, urls, token, listener } = options;
  const agent = new Agent({ connections: MAX_CONNECTIONS, pipelining: 1 });
  const call = createCallHttp(agent, clock);
  const closed = new AbortController();
  const hearers = new Set<(text: string) => void>();
  let underWay = 0;
  const hear = (body: string) => {
    for (const text of textsOf(body)) for (const hearer of hearers) hearer(text);
  };
  const post = async (url: string, text: string) => {
    const headers = { authorization: `Bearer ${token}`, ...(!listener && { [HEARS_HERE]: "yes" }) };
    const request = { method: "POST", url: new URL("/signals", url).href, headers } as const;
    const json: unknown = JSON.parse(text);
    const answer = await call({ ...request, json, timeoutMs: TAKEN_WITHIN_MS }, closed.signal);
    if (answer.status === 200) hear(answer.body);
    else if (answer.status !== 204) throw unreachable(`${url} answered ${answer.status}`);
  };
  return {
    async send(text) {
      if (underWay >= MAX_UNDER_WAY) throw unreachable("too many signals wait for answers");
      underWay += 1;
      try {
        await Promise.any(urls.map((url) => post(url, text)));
      } catch (error) {
        const { errors } = error as AggregateError;
        throw unreachable(errors.map(detailOf).join("; ") || "there is nobody to tell");
      } finally {
        underWay -= 1;
      }
    },
    offer: (text) => listener?.offer(text),
    receive(hearer) {
      if (listener) return listener.receive(hearer);
      hearers.add(hearer);
      return () => hearers.delete(hearer);
    },
    async close() {
      closed.abort(unreachable("closed"));
      await agent.destroy();
    },
  };
}

/** Each is checked as whatever else comes in. */
function textsOf(body: string): readonly string[] {
  const said: unknown = JSON.parse(body);
  return Array.isArray(said) ? said.map((one) => JSON.stringify(one)) : [];
}

function unreachable(why: string): GreenlightError {
  return new GreenlightError("GL_UNREACHABLE", why);
}

const TAKEN_WITHIN_MS = 500;
/** To each of them. */
const MAX_CONNECTIONS = 4;
const MAX_UNDER_WAY = 256;
