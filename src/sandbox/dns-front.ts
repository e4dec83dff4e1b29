import { createDeframer, frame } from "../adapters/dns-message/frame.ts";
import { decodeMessage, encodeMessage, OPCODE } from "../adapters/dns-message/message.ts";
import type { Channel } from "./channel.ts";
import type { NameServer } from "./dns/name-server.ts";
import { Front, type FrontOptions } from "./front.ts";
import type { Call } from "./hold.ts";
import type { OuterOptions } from "./outer-handler.ts";
import { UdpFront } from "./udp-front.ts";

export interface DnsFrontOptions extends FrontOptions, OuterOptions {}

/** The outermost layers of a name server, UDP and TCP on one port. It does not listen yet. */
export class DnsFront {
  readonly #options: DnsFrontOptions;
  readonly #server: Pick<NameServer, "answer">;
  readonly #tcp: Front;
  readonly #udp: UdpFront;

  constructor(server: Pick<NameServer, "answer">, options: DnsFrontOptions) {
    this.#server = server;
    this.#options = options;
    this.#tcp = new Front(options, (channel) => this.#serve(channel));
    // Nobody can tell that a sender of datagrams is gone.
    const never = new AbortController().signal;
    this.#udp = new UdpFront(options, (message, from) =>
      this.#answer(message, { via: "udp", from, gone: never }),
    );
  }

  async open(): Promise<void> {
    await Promise.all([this.#tcp.setOpen(true), this.#udp.open()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#tcp.close(), this.#udp.close()]);
  }

  #serve(channel: Channel): void {
    const gone = new AbortController();
    const from = channel.remoteAddress;
    const reply = (answer: Buffer | undefined) => {
      if (!answer) channel.destroy();
      else if (!channel.destroyed) channel.write(frame(answer));
    };
    const take = createDeframer((message) => {
      void this.#answer(message, { via: "tcp", from, gone: gone.signal }).then(reply);
    });
    channel.once("close", () => gone.abort());
    channel.once("end", () => channel.destroy());
    channel.on("data", take);
  }

  /** The outer handler: error rate and holds. */
  async #answer(message: Buffer, { via, from, gone }: Asked): Promise<Buffer | undefined> {
    const { holds, calls, chance, faults, place } = this.#options;
    const call = { ...place, ...subjectOf(message), from };
    calls.note(call);
    const before = holds.claim(call, "before");
    if (before && (await before.hold(gone)) === "drop") return undefined;
    if (chance.fraction() < faults.at(place).errorRate) return refuse(message);
    const after = holds.claim(call, "after");
    const answer = this.#server.answer(message, via);
    return after && (await after.hold(gone)) === "drop" ? undefined : answer;
  }
}

interface Asked {
  readonly via: "udp" | "tcp";
  readonly from: string;
  readonly gone: AbortSignal;
}

/** What a hold matches; of what can't be read, nothing. */
function subjectOf(message: Buffer): Pick<Call, "verb" | "path"> {
  try {
    const { opcode, questions } = decodeMessage(message);
    const verb = opcode === OPCODE.update ? "update" : "query";
    return { verb, path: questions[0]?.name ?? "" };
  } catch {
    return { verb: "unreadable", path: "" };
  }
}

/** SERVFAIL, unsigned, as from a server that has lost its head. */
function refuse(message: Buffer): Buffer | undefined {
  try {
    const asked = decodeMessage(message);
    const none = { answers: [], authorities: [], additionals: [] };
    return encodeMessage({ ...asked, ...none, response: true, rcode: SERVFAIL });
  } catch {
    return undefined;
  }
}

const SERVFAIL = 2;
