/** What one client got for one question. Instants are wall clock, in ms since 1970. */
export interface Answer {
  /** Which client. */
  readonly client: number;
  readonly verb: "read" | "write";
  readonly askedAt: number;
  readonly answeredAt: number;
  /** The cluster that answered correctly; absent: the question failed. */
  readonly cluster?: string;
  /** Of an acknowledged write: what it is called, and where the store has it. */
  readonly write?: { readonly id: string; readonly position: number };
}

/** All that the clients saw, so far. */
export interface Tally {
  readonly asked: number;
  readonly failed: number;
  readonly writesAcknowledged: number;
  /** Of the client that was without a correct answer for longest; 0: no question failed. */
  readonly longestOutageMs: number;
}

/** Counts up to an instant: a client that has had no correct answer by then is still waiting. */
export function tallyOf(answers: readonly Answer[], until: number): Tally {
  const clients = [...new Set(answers.map(({ client }) => client))];
  const outages = clients.map((client) =>
    longestOutage(
      answers.filter((one) => one.client === client),
      until,
    ),
  );
  return {
    asked: answers.length,
    failed: answers.filter(({ cluster }) => cluster === undefined).length,
    writesAcknowledged: answers.filter(({ write }) => write !== undefined).length,
    longestOutageMs: Math.max(0, ...outages),
  };
}

/** The first correct answer from that cluster. */
export function firstFrom(
  answers: readonly Answer[],
  cluster: string,
  verb?: Answer["verb"],
): Answer | undefined {
  const correct = answers.filter(
    (one) => one.cluster === cluster && (verb === undefined || one.verb === verb),
  );
  return correct.toSorted((one, other) => one.answeredAt - other.answeredAt)[0];
}

/** Acknowledged and not among what the store has. */
export function lostWrites(answers: readonly Answer[], kept: ReadonlySet<string>): number {
  const acknowledged = answers.flatMap(({ write }) => (write ? [write.id] : []));
  return acknowledged.filter((id) => !kept.has(id)).length;
}

/** The longest time between two correct answers in which a question of the client failed. */
function longestOutage(answers: readonly Answer[], until: number): number {
  const byTime = answers.toSorted((one, other) => instantOf(one) - instantOf(other));
  let lastGoodAt = byTime[0]?.askedAt ?? until;
  let hasFailed = false;
  let longest = 0;
  for (const answer of byTime) {
    if (answer.cluster === undefined) hasFailed = true;
    else {
      if (hasFailed) longest = Math.max(longest, answer.answeredAt - lastGoodAt);
      lastGoodAt = answer.answeredAt;
      hasFailed = false;
    }
  }
  return hasFailed ? Math.max(longest, until - lastGoodAt) : longest;
}

/** A question that failed counts from when it was asked: how long the client waited is its own affair. */
function instantOf({ cluster, askedAt, answeredAt }: Answer): number {
  return cluster === undefined ? askedAt : answeredAt;
}
