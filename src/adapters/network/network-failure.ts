/** How a call over a socket failed. */
export interface NetworkFailure {
  /**
   * refused, reset: the other side, or its host, said so. timeout: nobody said anything in time.
   * own: this machine could not even ask. other: the error is none of the network's.
   */
  readonly kind: "refused" | "reset" | "timeout" | "own" | "other";
  /** One line with the syscall's code, as in `connect ECONNREFUSED 192.0.2.1:6443`. */
  readonly detail: string;
}

/** Reads errors of Node and of undici, wrapped or not, by their codes. */
export function networkFailureOf(error: unknown): NetworkFailure {
  let at = error;
  for (let depth = 0; depth < MAX_DEPTH && isObject(at); depth += 1) {
    const { code, message, cause, errors } = at as Partial<AggregateError> & { code?: unknown };
    const kind = KINDS.get(String(code));
    if (kind !== undefined && message)
      return { kind, detail: cut(withCode(message, String(code))) };
    at = Array.isArray(errors) ? errors[0] : cause;
  }
  return { kind: "other", detail: cut(error instanceof Error ? error.message : String(error)) };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function withCode(message: string, code: string): string {
  return message.includes(code) ? message : `${message} (${code})`;
}

function cut(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, MAX_LENGTH);
}

const MAX_DEPTH = 5;
const MAX_LENGTH = 200;

const KINDS: ReadonlyMap<string, NetworkFailure["kind"]> = new Map([
  ["ECONNREFUSED", "refused"],
  ["ECONNRESET", "reset"],
  ["ECONNABORTED", "reset"],
  ["EPIPE", "reset"],
  ["UND_ERR_SOCKET", "reset"],
  ["ETIMEDOUT", "timeout"],
  ["EHOSTUNREACH", "timeout"],
  ["ENETUNREACH", "timeout"],
  ["EHOSTDOWN", "timeout"],
  ["ENOTFOUND", "timeout"],
  ["EAI_AGAIN", "timeout"],
  ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
  ["UND_ERR_HEADERS_TIMEOUT", "timeout"],
  ["UND_ERR_BODY_TIMEOUT", "timeout"],
  ["EADDRNOTAVAIL", "own"],
  ["EADDRINUSE", "own"],
  ["EACCES", "own"],
  ["EMFILE", "own"],
  ["ENFILE", "own"],
  ["ENOBUFS", "own"],
  ["ENOMEM", "own"],
  ["UND_ERR_DESTROYED", "own"],
  ["UND_ERR_CLOSED", "own"],
]);
