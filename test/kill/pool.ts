/** So many jobs at a time, in their order; each result is awaited by itself. */
export function runPooled<T>(
  jobs: readonly (() => Promise<T>)[],
  atOnce: number,
): readonly Promise<T>[] {
  const waiting: (() => void)[] = [];
  let running = 0;
  const begin = async () => {
    if (running < atOnce) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const end = () => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };
  return jobs.map((job) => {
    const result = begin().then(job).finally(end);
    // Who awaits it later hears of it then.
    result.catch(() => undefined);
    return result;
  });
}
