import { GreenlightError } from "../../domain/errors.ts";

/** Keeps the last trouble in mind: who gives up waiting can then say what for. */
export function keepLast(tell: (error: Error) => void) {
  let last: Error | undefined;
  return {
    onError: (error: Error): void => {
      last = error;
      tell(error);
    },
    explain: (error: unknown, where: string): GreenlightError => {
      const { message } = last ?? (error as Error);
      return new GreenlightError("GL_QUEUE_AWAY", `${where}: ${message}`, error);
    },
  };
}
