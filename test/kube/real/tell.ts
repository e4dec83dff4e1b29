/** What was measured, one line for people: tests hold nothing to a wall-clock speed. */
export function tell(run: string, figures: Readonly<Record<string, unknown>>): void {
  const said = Object.entries(figures).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  process.stderr.write(`${run}: ${said.join(", ")}\n`);
}
