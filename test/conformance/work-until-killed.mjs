/**
 * Takes jobs from a shared queue, says so, and never ends them: to be killed. Started with the
 * directory of the compiled adapters, where the queue is (as JSON), and its key.
 */
const [adapters, text, key] = process.argv.slice(2);
const { SystemClock } = await import(`${adapters}/clock/system-clock.js`);
const { createJobSeal } = await import(`${adapters}/queue/sealed-job.js`);
const { openRedisQueue } = await import(`${adapters}/queue/redis-queue.js`);
const { openPostgresQueue } = await import(`${adapters}/queue/postgres-bull.js`);

const place = JSON.parse(text);
const options = { clock: new SystemClock(), seal: createJobSeal([key]), onError: () => undefined };
const open = "mode" in place ? openRedisQueue : openPostgresQueue;
const queue = await open(place, options);
await queue.work(async ({ step }) => {
  process.stdout.write(`${step}\n`);
  await new Promise(() => undefined);
});
process.stdout.write("ready\n");
