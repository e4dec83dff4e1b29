/** A copy in which the values of secret names are blanked out, at any depth; errors as they read. */
export function redacted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, blank(name, value, MAX_DEPTH)]),
  );
}

const SECRET =
  /^(authorization|cookie|set-cookie|.*token|.*secret|.*password|.*passphrase|.*private-?key|client-key-data)$/i;

/** Below it nothing is logged, so that no record grows without end. */
const MAX_DEPTH = 6;

function blank(name: string, value: unknown, depth: number): unknown {
  if (SECRET.test(name)) return "[redacted]";
  if (typeof value === "string") return withoutBearer(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "[deeper]";
  if (Array.isArray(value)) return value.map((item) => blank("", item, depth - 1));
  const entries = isError(value) ? errorEntries(value) : Object.entries(value);
  return Object.fromEntries(entries.map(([key, child]) => [key, blank(key, child, depth - 1)]));
}

function withoutBearer(text: string): string {
  return text
    .replace(/\b(Bearer\s+)[^\s"]{8,}/gi, "$1[redacted]")
    .replace(/\bgl_[\w-]{43}/g, "gl_[redacted]");
}

/** Also those of another realm, such as a worker's. */
function isError(value: object): value is Error {
  return "message" in value && "stack" in value;
}

function errorEntries(error: Error): [string, unknown][] {
  const { message, stack, cause } = error;
  const own = Object.entries(error)
    .filter(([key]) => key !== "cause")
    .map(([key, value]): [string, unknown] => [key, key === "command" ? nameOf(value) : value]);
  const told: [string, unknown][] = [
    ["message", message],
    ["stack", stack],
  ];
  return [...own, ...told, ...(cause === undefined ? [] : [["cause", cause] as [string, unknown]])];
}

/** A client of Redis says which command failed, and with what: of the one that lets it in, the password. */
function nameOf(command: unknown): unknown {
  return typeof command === "object" && command !== null && "name" in command
    ? command.name
    : "[redacted]";
}
