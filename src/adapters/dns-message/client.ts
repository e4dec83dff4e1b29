import { codeOf, GreenlightError } from "../../domain/errors.ts";
import type { Chance } from "../../engine/ports/chance.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { assertAnswered, assertUpdated } from "./answer.ts";
import type { Endpoint } from "./endpoint.ts";
import {
  CLASS,
  type Decoded,
  decodeMessage,
  encodeMessage,
  type Message,
  OPCODE,
  type Question,
  type ResourceRecord,
  TYPE,
} from "./message.ts";
import { isSameName } from "./name.ts";
import { exchangeTcp, exchangeUdp } from "./transport.ts";
import { sign, type TsigKey } from "./tsig.ts";

/** An atomic change of one zone: all of it, or nothing where a prerequisite does not hold. */
export interface Update {
  readonly zone: string;
  readonly prerequisites: readonly ResourceRecord[];
  readonly changes: readonly ResourceRecord[];
  readonly key: TsigKey;
}

/**
 * Talks to authoritative name servers: over UDP, or over TCP where the message has more than 512
 * octets. Each call is bounded; it rejects with the signal's reason when that aborts first, with
 * GL_UNREACHABLE when there is no usable answer, GL_NOT_FOUND when the server does not have the
 * zone, GL_FORBIDDEN when it does not take it from us, GL_REJECTED when it can't make sense of it.
 */
export interface DnsClient {
  /** The records of that name and type that the server itself holds: none where it has none. */
  ask(
    server: Endpoint,
    question: Pick<Question, "name" | "type">,
    signal: AbortSignal,
  ): Promise<readonly ResourceRecord[]>;
  /**
   * Also rejects with GL_CONFLICT when a prerequisite did not hold. After GL_UNREACHABLE it may
   * have been done, or still be: look again.
   */
  update(server: Endpoint, update: Update, signal: AbortSignal): Promise<void>;
}

export interface DnsClientOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Bounds each call. */
  readonly timeoutMs: number;
  readonly localAddress?: string;
}

export function createDnsClient(options: DnsClientOptions): DnsClient {
  const { clock, chance } = options;
  const nextId = () => Math.floor(chance.fraction() * 0x10000);
  return {
    async ask(server, { name, type }, signal) {
      const questions = [{ name, type, class: CLASS.in }];
      const message = { ...BLANK, id: nextId(), opcode: OPCODE.query, questions };
      const sent = { message, bytes: encodeMessage(message) };
      const { answer } = await exchange(sent, { server, signal, options });
      assertAnswered(answer, server);
      return answer.answers.filter(
        (record) => record.type === type && isSameName(record.name, name),
      );
    },
    async update(server, { zone, prerequisites, changes, key }, signal) {
      const questions = [{ name: zone, type: TYPE.soa, class: CLASS.in }];
      const sections = { questions, answers: prerequisites, authorities: changes };
      const message = { ...BLANK, id: nextId(), opcode: OPCODE.update, ...sections };
      const timeSeconds = Math.floor(clock.wallMs() / 1000);
      const { message: bytes, mac } = sign(encodeMessage(message), key, { timeSeconds });
      const received = await exchange({ message, bytes }, { server, signal, options });
      assertUpdated(received, { server, signed: { key, mac, timeSeconds } });
    },
  };
}

const BLANK = {
  response: false,
  authoritative: false,
  truncated: false,
  recursionDesired: false,
  rcode: 0,
  answers: [],
  authorities: [],
  additionals: [],
};
const MAX_UDP = 512;

interface Call {
  readonly server: Endpoint;
  readonly signal: AbortSignal;
  readonly options: DnsClientOptions;
}

async function exchange(
  { message, bytes }: { readonly message: Message; readonly bytes: Buffer },
  { server, signal, options }: Call,
): Promise<{ readonly bytes: Buffer; readonly answer: Decoded }> {
  const { clock, timeoutMs, localAddress } = options;
  const late = clock.timeout(timeoutMs);
  const isAnswer = (received: Buffer) => isAnswerTo(message, received);
  const either = AbortSignal.any([signal, late]);
  const route = { server, localAddress, signal: either, isAnswer };
  try {
    if (bytes.length <= MAX_UDP) {
      const received = await exchangeUdp(bytes, route);
      const answer = decodeMessage(received);
      if (!answer.truncated) return { bytes: received, answer };
    }
    const received = await exchangeTcp(bytes, route);
    return { bytes: received, answer: decodeMessage(received) };
  } catch (error) {
    signal.throwIfAborted();
    if (!late.aborted || codeOf(error) !== undefined) throw error;
    const detail = `${server.text}: no answer within ${timeoutMs} ms`;
    throw new GreenlightError("GL_UNREACHABLE", detail, error);
  }
}

function isAnswerTo(asked: Message, bytes: Buffer): boolean {
  try {
    const { response, id, opcode, questions } = decodeMessage(bytes);
    return response && id === asked.id && opcode === asked.opcode && isEcho(questions, asked);
  } catch {
    return false;
  }
}

/** Some servers leave the question out where they refuse. */
function isEcho([echo]: readonly Question[], { questions: [question] }: Message): boolean {
  if (echo === undefined || question === undefined) return true;
  return isSameName(echo.name, question.name) && echo.type === question.type;
}
