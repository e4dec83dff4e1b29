/** `2026-01-01T00:00:00Z`: UTC, whole seconds, as Kubernetes writes times. */
export function rfc3339(wallMs: number): string {
  return `${dateOf(wallMs).toISOString().slice(0, 19)}Z`;
}

/** In ms since 1970; NaN for what is no time. */
export function parseRfc3339(text: string): number {
  return Date.parse(text);
}

/** As HTTP writes dates; in ms since 1970; NaN for what is no time. */
export function parseDate(text: string): number {
  return Date.parse(text);
}

/** For packages that take nothing else. */
export function dateOf(wallMs: number): Date {
  return new Date(wallMs);
}
