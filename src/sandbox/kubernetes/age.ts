import { parseRfc3339 } from "../../adapters/clock/rfc3339.ts";

/** How long ago, as kubectl writes it: `45s`, `3m20s`, `14h`, `5d`. */
export function ageOf(timestamp: string, wallMs: number): string {
  const seconds = Math.floor((wallMs - parseRfc3339(timestamp)) / 1000);
  if (Number.isNaN(seconds)) return "<unknown>";
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit));
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  if (seconds < 600) return joined(minutes, "m", seconds % 60, "s");
  if (seconds < 3 * 3600) return `${minutes}m`;
  if (seconds < 8 * 3600) return joined(hours, "h", Math.floor(seconds / 60) % 60, "m");
  if (seconds < 48 * 3600) return `${hours}h`;
  return `${days}d`;
}

function joined(many: number | undefined, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${many}${unit}` : `${many}${unit}${rest}${restUnit}`;
}
