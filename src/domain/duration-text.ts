/** `850 ms`, `1.234 s`, `2 min 3 s`: as exact as a person wants it; `unknown` for null. */
export function renderDuration(ms: number | null): string {
  if (ms === null) return "unknown";
  if (ms < 0) return `-${renderDuration(-ms)}`;
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${ms / 1000} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}
