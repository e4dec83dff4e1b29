/** How many worlds are simulated: few where somebody waits for it, more where `SIMULATION_SEEDS` says. */
export function seedCount(): number {
  // biome-ignore lint/style/noProcessEnv: nothing that runs reads it, only this suite.
  const wanted = Number(process.env["SIMULATION_SEEDS"]);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : FEW;
}

const FEW = 25;
