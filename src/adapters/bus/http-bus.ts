import { Agent } from "undici";
import { detailOf, GreenlightError } from "../../domain/errors.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { createCallHttp } from "../http/http-call.ts";
import type { Carrier, Hearer } from "./carrier.ts";
import {
  HEARS_HERE,
  type ListenerAnswer,
  listenerAnswer,
  type SignalListener,
} from "./signal-listener.ts";

export interface HttpBusOptions {
  readonly clock: Clock;
  /** Where the others listen, as in `http://10.0.0.7:8470`; this process need not be among them. */
  readonly urls: readonly string[];
  /** Our own ear; absent: this process hears what is at hand where it tells something. */
  readonly listener?: SignalListener | undefined;
}

/**
 * Carries by one request to each of the others. It went out when one of them took it, which they do
 * with what is sealed with their key. To who has no ear the answers bring what is at hand there.
 */
export function createHttpCarrier(options: HttpBusOptions): Carrier {
  const { clock, urls, listener } = options;
  const agent = new Agent({ connections: MAX_CONNECTIONS, pipelining: 1 });
  const call = createCallHttp(agent, clock);
  const closed = new AbortController();
  const hearers = new Set<Hearer>();
  let underWay = 0;
  const post = async (url: string, text: string): Promise<boolean> => {
    const headers = listener ? {} : { [HEARS_HERE]: "yes" };
    const request = { method: "POST", url: new URL("/signals", url).href, headers } as const;
    const json: unknown = JSON.parse(text);
    const answer = await call({ ...request, json, timeoutMs: TAKEN_WITHIN_MS }, closed.signal);
    if (answer.status !== 200) throw unreachable(`${url} answered ${answer.status}`);
    const { isNews, texts } = readAnswer(url, answer.body);
    // Each is checked as whatever else comes in.
    for (const one of texts) for (const hearer of hearers) hearer(JSON.stringify(one));
    return isNews;
  };
  const tellAll = async <T>(
    settled: (posts: readonly Promise<boolean>[]) => Promise<T>,
    text: string,
  ) => {
    if (underWay >= MAX_UNDER_WAY) throw unreachable("too many signals wait for answers");
    underWay += 1;
    try {
      return await settled(urls.map((url) => post(url, text)));
    } catch (error) {
      const { errors } = error as AggregateError;
      throw unreachable(errors.map(detailOf).join("; ") || "there is nobody to tell");
    } finally {
      underWay -= 1;
    }
  };
  return {
    async send(text) {
      await tellAll((posts) => Promise.any(posts), text);
    },
    resend: (text) => tellAll(isNewsToOne, text),
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

/** Rejects as `Promise.any` does when there is no answer. */
async function isNewsToOne(posts: readonly Promise<boolean>[]): Promise<boolean> {
  await Promise.any(posts);
  const said = await Promise.allSettled(posts);
  return said.some((one) => one.status === "fulfilled" && one.value);
}

function readAnswer(url: string, body: string): ListenerAnswer {
  try {
    return listenerAnswer.parse(JSON.parse(body));
  } catch (cause) {
    throw new GreenlightError("GL_UNREACHABLE", `${url} is no listener of ours`, cause);
  }
}

function unreachable(why: string): GreenlightError {
  return new GreenlightError("GL_UNREACHABLE", why);
}

const TAKEN_WITHIN_MS = 500;
/** To each of them. */
const MAX_CONNECTIONS = 4;
const MAX_UNDER_WAY = 256;
