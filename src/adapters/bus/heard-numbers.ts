/** Whose signal it is, and its number among all that this one sends, from 1 on. */
export interface Numbered {
  readonly sender: string;
  readonly number: number;
}

/**
 * What was heard of each sender: a signal counts once, on however many ways it comes and however
 * often somebody sends it again. Bounded: of whom we know much the oldest numbers count as heard, and
 * who was silent for longest is forgotten. Only what was sent just now may be added, so that nobody
 * has us forget a sender by what others sent long ago.
 */
export class HeardNumbers {
  readonly #senders = new Map<string, Heard>();

  has({ sender, number }: Numbered): boolean {
    const heard = this.#senders.get(sender);
    return heard !== undefined && (number <= heard.allUntil || heard.numbers.has(number));
  }

  add({ sender, number }: Numbered): void {
    const heard = this.#senders.get(sender) ?? { allUntil: 0, numbers: new Set() };
    heard.numbers.add(number);
    const [oldest = 0] = heard.numbers;
    if (heard.numbers.size > MAX_NUMBERS) {
      heard.numbers.delete(oldest);
      heard.allUntil = Math.max(heard.allUntil, oldest);
    }
    this.#senders.delete(sender);
    this.#senders.set(sender, heard);
    const [silent] = this.#senders.keys();
    if (this.#senders.size > MAX_SENDERS && silent !== undefined) this.#senders.delete(silent);
  }
}

interface Heard {
  allUntil: number;
  /** In the order of hearing, which is nearly that of sending. */
  readonly numbers: Set<number>;
}

/** Far more than processes share a configuration, with those of them that were started again. */
const MAX_SENDERS = 256;
/** More than one sender can send while a signal is on its way. */
const MAX_NUMBERS = 4_096;
