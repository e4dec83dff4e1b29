import type { Zone } from "../../domain/local-time.ts";

/** A zone of the IANA database, such as `Europe/Berlin`; undefined: this system does not know it. */
export function timeZone(name: string): Zone | undefined {
  const format = formatOf(name);
  return format && { offsetMs: (instant) => offsetOf(format, instant) };
}

function formatOf(name: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
}

/** Of `GMT-03:30`; before there were zones, it has seconds too. */
function offsetOf(format: Intl.DateTimeFormat, instant: number): number {
  const part = format.formatToParts(instant).find(({ type }) => type === "timeZoneName");
  const found = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(part?.value ?? "");
  if (!found) return 0;
  const [, sign, hours, minutes, seconds = 0] = found;
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === "-" ? -ms : ms;
}
