const DAY_MS = 86_400_000;

/**
 * RFC 3339 in UTC with milliseconds, of ms since 1970; a part of a millisecond is cut off. Years
 * outside 0 to 9999 are written with a sign and six digits, as ISO 8601 has them.
 */
export function renderInstant(ms: number): string {
  const whole = Math.floor(ms);
  const days = Math.floor(whole / DAY_MS);
  const rest = whole - days * DAY_MS;
  const clock = [rest / 3_600_000, (rest / 60_000) % 60, (rest / 1000) % 60];
  const time = clock.map((value) => pad(Math.floor(value), 2)).join(":");
  return `${renderDay(days)}T${time}.${pad(rest % 1000, 3)}Z`;
}

/**
 * The civil date of a day since 1970-01-01. Counts in eras of 400 years (146,097 days) that begin
 * on 1 March of year 0, so that the leap day is the last one of its year.
 */
function renderDay(sinceEpoch: number): string {
  const days = sinceEpoch + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const leaps = div(ofEra, 1460) - div(ofEra, 36_524) + div(ofEra, 146_096);
  const yearOfEra = div(ofEra - leaps, 365);
  const ofYear = ofEra - (365 * yearOfEra + div(yearOfEra, 4) - div(yearOfEra, 100));
  const fromMarch = div(5 * ofYear + 2, 153);
  const day = ofYear - div(153 * fromMarch + 2, 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${renderYear(year)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function renderYear(year: number): string {
  if (year >= 0 && year <= 9999) return pad(year, 4);
  return `${year < 0 ? "-" : "+"}${pad(Math.abs(year), 6)}`;
}

function div(dividend: number, divisor: number): number {
  return Math.floor(dividend / divisor);
}

function pad(value: number, digits: number): string {
  return `${value}`.padStart(digits, "0");
}
