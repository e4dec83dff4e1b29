import type { Log } from "../adapters/log/log.ts";
import { untilOpen } from "../adapters/network/until-open.ts";
import { openPostgresQueue } from "../adapters/queue/postgres-bull.ts";
import { openRedisQueue } from "../adapters/queue/redis-queue.ts";
import { createJobSeal } from "../adapters/queue/sealed-job.ts";
import { codeOf } from "../domain/errors.ts";
import { FallbackQueue } from "../engine/fallback-queue.ts";
import { tellPaused } from "../engine/message/tell-trouble.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { Journal } from "../engine/ports/journal.ts";
import type { Config } from "./config.ts";
import { postgresPlace, queuePlace, sealingKeys, sharedParts } from "./config-place.ts";
import type { Newsroom } from "./newsroom.ts";
import { createRefusals } from "./refusals.ts";

export interface SharedQueueTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly journal: Pick<Journal, "append">;
  /** See `FallbackQueueTools`. */
  readonly isAlone: () => boolean;
  readonly tell: Newsroom["tell"];
}

/** The queue that pipeline workers share; while it can't be had, this one's own hands. */
export function openSharedQueue(config: Config, tools: SharedQueueTools): FallbackQueue {
  const { clock, log, signal, isAlone, tell } = tools;
  const { queue } = sharedParts(config);
  const [redis, postgres] = [queuePlace(config), postgresPlace(config)];
  const seal = createJobSeal(sealingKeys(queue.key, config));
  const onError = (err: Error) => log.debug({ err }, "the queue had trouble");
  const options = { clock, onError, seal, onForged: createRefusals("job", tools) };
  return new FallbackQueue({
    clock,
    signal,
    isAlone,
    open: async () =>
      await untilOpen(
        () => (redis ? openRedisQueue(redis, options) : openPostgresQueue(postgres, options)),
        {
          clock,
          signal,
          isPassing: (error) => codeOf(error) === "GL_QUEUE_AWAY",
          onError: (err, againInMs) => log.error({ err, againInMs }, "the queue is waited for"),
        },
      ),
    onChange: (why) =>
      why === undefined
        ? log.info("the queue is there again")
        : log.error({ why }, "the queue is away: what is led here is run here"),
    onPause: (isPaused) => tell(tellPaused(isPaused, clock.wallMs())),
  });
}
