import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import type { Address, FrontOptions } from "./front.ts";

/** Answers one datagram; undefined: it says nothing. */
export type AnswerDatagram = (message: Buffer, from: string) => Promise<Buffer | undefined>;

/** The outermost layer of a UDP server: owns the socket, and does to it what the faults say. */
export class UdpFront {
  readonly #options: FrontOptions;
  readonly #answer: AnswerDatagram;
  readonly #unwatch: () => void;
  readonly #closing = new AbortController();
  /** What came while it was hung: the system's buffer. */
  #waiting: (() => void)[] = [];
  #socket: Socket | undefined;
  #isWanted = false;
  /** Openings and closings one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: FrontOptions, answer: AnswerDatagram) {
    this.#options = options;
    this.#answer = answer;
    this.#unwatch = options.faults.watch(() => this.#follow());
  }

  async open(): Promise<void> {
    this.#isWanted = true;
    await this.#follow();
  }

  async close(): Promise<void> {
    this.#unwatch();
    this.#closing.abort();
    this.#isWanted = false;
    await this.#follow();
  }

  async #follow(): Promise<void> {
    const turn = this.#turn.then(() => this.#settle());
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  async #settle(): Promise<void> {
    const { faults, place, address } = this.#options;
    const { isKilled, isHung } = faults.at(place);
    const isOpen = this.#isWanted && !isKilled;
    if (isOpen && !this.#socket) {
      this.#socket = await bind(address);
      this.#socket.on("message", (message, sender) => this.#take(message, sender));
    }
    if (!isOpen && this.#socket) {
      const socket = this.#socket;
      this.#socket = undefined;
      this.#waiting = [];
      await new Promise<void>((resolve) => socket.close(resolve));
    }
    if (!isHung) for (const resume of this.#waiting.splice(0)) resume();
  }

  #take(message: Buffer, sender: RemoteInfo): void {
    const { faults, place } = this.#options;
    const { isHung, isCut } = faults.at(place);
    if (isCut(sender.address)) return;
    if (!isHung) void this.#serve(message, sender);
    else if (this.#waiting.length < MAX_WAITING)
      this.#waiting.push(() => this.#take(message, sender));
  }

  async #serve(message: Buffer, { address, port }: RemoteInfo): Promise<void> {
    const { faults, place, clock } = this.#options;
    const answer = await this.#answer(message, address);
    const { slowMs } = faults.at(place);
    if (slowMs > 0) await clock.sleep(slowMs, this.#closing.signal).catch(() => undefined);
    const { isHung, isCut } = faults.at(place);
    if (answer && !isHung && !isCut(address)) this.#socket?.send(answer, port, address);
  }
}

const MAX_WAITING = 256;

function bind({ host, port }: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind(port, host, () => {
      socket.off("error", reject);
      // An answer that can't be delivered is lost, as datagrams are.
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}
