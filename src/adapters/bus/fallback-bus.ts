import type { Carrier } from "./carrier.ts";

/**
 * Carries by the first as long as that one takes what it is given, else by the second. While the
 * first is silent a text goes both ways at once, so that no signal waits for it to be missed, and
 * the one that it takes again tells that it is back. Whoever hears it twice knows it by its id.
 */
export function createFallbackCarrier(first: Carrier, second: Carrier): Carrier {
  let isAway = false;
  const sendFirst = (text: string) =>
    first.send(text).then(
      () => {
        isAway = false;
      },
      (error: unknown) => {
        isAway = true;
        throw error;
      },
    );
  return {
    async send(text) {
      // The first may be away for others, and not for us.
      second.offer?.(text);
      if (isAway) await Promise.any([sendFirst(text), second.send(text)]).catch(firstOf);
      else await sendFirst(text).catch(() => second.send(text));
    },
    receive(listener) {
      const ends = [first, second].map((carrier) => carrier.receive(listener));
      return () => {
        for (const end of ends) end();
      };
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
}

function firstOf({ errors }: AggregateError): never {
  throw errors.at(-1);
}
