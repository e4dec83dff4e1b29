/**
 * Appends to the journal of a directory for ever, and says each number once it is acknowledged.
 * Started with the directory of the compiled adapters, the data and the cache directory.
 */
const [adapters, directory, cacheDirectory] = process.argv.slice(2);
const { SystemClock } = await import(`${adapters}/clock/system-clock.js`);
const { sha256 } = await import(`${adapters}/digest/sha256.js`);
const { SqlJournal } = await import(`${adapters}/journal/sql-journal.js`);
const { openEmbedded } = await import(`${adapters}/storage/embedded-storage.js`);

const clock = new SystemClock();
const { database: sql } = await openEmbedded({ directory, cacheDirectory, clock });
const journal = await SqlJournal.open({ sql, digest: sha256, clock });
const fact = { type: "workload.seen", cluster: "blue", workload: "shop", replicas: 2 };

for (;;) {
  const all = [1, 2, 3].map(() =>
    journal.append({ ...fact, stream: "application-shop", epoch: 1, at: clock.wallMs() }),
  );
  for (const { seq } of await Promise.all(all)) process.stdout.write(`${seq}\n`);
}
