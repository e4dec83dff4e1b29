import { SystemClock } from "../../../src/adapters/clock/system-clock.ts";
import { type Answer, firstFrom, type Tally, tallyOf } from "../../../src/cli/demo/answer.ts";
import { startCrowd } from "../../../src/cli/demo/crowd.ts";
import { eventually } from "../../fakes/until.ts";
import type { PostgresServer } from "../../servers/postgres.ts";
import { PUBLIC_NAME } from "./name-servers.ts";
import { ADDRESSES, type Side } from "./side.ts";

/** Five users of the shop, who resolve its name as the TTL says; one request in five is a write. */
export function startClients({ port, server }: { readonly port: number; readonly server: string }) {
  const clock = new SystemClock();
  const shop = { name: PUBLIC_NAME, port, ...ADDRESSES };
  const world = { shop, dns: { address: server, zone: "" } };
  const crowd = startCrowd(world, {
    clock,
    onAnswer: () => undefined,
    timeoutMs: PATIENCE_MS,
  });
  return {
    get answers(): readonly Answer[] {
      return crowd.answers;
    },
    /** Until so many more correct answers came from there. */
    served: async (side: Side, more = CLIENT_SECONDS) => {
      const count = () => crowd.answers.filter(({ cluster }) => cluster === side).length;
      const before = count();
      await eventually(() => count() >= before + more, { withinMs: 60_000, everyMs: 20 });
    },
    /** When the last of them was first answered from there. */
    allAt: (side: Side): number => {
      const everyone = [...new Set(crowd.answers.map(({ client }) => client))];
      const own = (client: number) => crowd.answers.filter((answer) => answer.client === client);
      return Math.max(...everyone.map((client) => firstFrom(own(client), side)?.answeredAt ?? NaN));
    },
    /** The longest that one of them waited for a good answer, in ms. */
    longestWaitMs: () =>
      Math.max(
        ...crowd.answers.flatMap(({ cluster, askedAt, answeredAt }) =>
          cluster === undefined ? [] : [answeredAt - askedAt],
        ),
      ),
    tally: (): Tally => tallyOf(crowd.answers, clock.wallMs()),
    firstFrom: (side: Side, verb?: Answer["verb"]) => firstFrom(crowd.answers, side, verb),
    stop: () => crowd.stop(),
  };
}

export type Clients = ReturnType<typeof startClients>;

/** The acknowledged writes that the server does not have. */
export async function lostIn(
  store: PostgresServer,
  answers: readonly Answer[],
): Promise<readonly Answer[]> {
  const kept = new Set((await store.sql("select id from orders")).map(({ id }) => id));
  return answers.filter(({ write }) => write !== undefined && !kept.has(write.id));
}

/** As people's programs have it, and more than a planned move holds writes on a busy machine. */
const PATIENCE_MS = 2_500;
/** Two seconds of all of them. */
const CLIENT_SECONDS = 100;
