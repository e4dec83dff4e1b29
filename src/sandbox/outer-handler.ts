import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Chance } from "../engine/ports/chance.ts";
import type { CallLog } from "./call-log.ts";
import type { Faults, Place } from "./faults.ts";
import type { Call } from "./hold.ts";
import type { Holds } from "./holds.ts";

/** What the outer handlers of HTTP and DNS share. */
export interface OuterOptions {
  readonly place: Place;
  readonly faults: Faults;
  readonly holds: Holds;
  readonly calls: CallLog;
  readonly chance: Chance;
}

/** The outermost HTTP layer: error rate and holds. `from` is the client's address. */
export type OuterHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  from: string,
) => void;

/** What is behind it knows nothing of either. */
export function createOuterHandler(inner: RequestListener, options: OuterOptions): OuterHandler {
  return (request, response, from) => {
    const { method = "GET", url = "/" } = request;
    const call: Call = { ...options.place, verb: method, path: url, from };
    options.calls.note(call);
    void serve(inner, { request, response, call, options });
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly call: Call;
  readonly options: OuterOptions;
}

async function serve(inner: RequestListener, exchange: Exchange): Promise<void> {
  const { request, response, call, options } = exchange;
  const { holds, faults, chance, place } = options;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const before = holds.claim(call, "before");
  if (before && (await before.hold(gone.signal)) === "drop") return drop(request);
  if (chance.fraction() < faults.at(place).errorRate) return answerError(response);
  const after = holds.claim(call, "after");
  if (after) holdAnswer(response, async () => (await after.hold(gone.signal)) === "pass");
  inner(request, response);
}

/** Keeps back all that the handler says, from its first byte on, until it may pass or is dropped. */
function holdAnswer(response: ServerResponse, mayPass: () => Promise<boolean>): void {
  const own = {
    write: response.write.bind(response),
    end: response.end.bind(response),
    flushHeaders: response.flushHeaders.bind(response),
  };
  const said: (() => void)[] = [];
  const pass = async () => {
    const isFree = await mayPass();
    Object.assign(response, own);
    if (isFree) for (const say of said) say();
    else response.socket?.destroy();
  };
  const hold = (say: () => void) => {
    said.push(say);
    if (said.length === 1) void pass();
  };
  Object.assign(response, {
    write: (...args: Parameters<typeof own.write>) => {
      hold(() => own.write(...args));
      return true;
    },
    end: (...args: Parameters<typeof own.end>) => {
      hold(() => own.end(...args));
      return response;
    },
    flushHeaders: () => hold(own.flushHeaders),
  });
}

function drop({ socket }: IncomingMessage): void {
  socket.destroy();
}

function answerError(response: ServerResponse): void {
  response.writeHead(500, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: "fault", detail: "error rate of the sandbox" }));
}
