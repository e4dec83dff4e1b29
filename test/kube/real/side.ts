/** The clusters, and the address of the public path that each has. */
export const ADDRESSES = { blue: "127.0.0.2", green: "127.0.0.3" } as const;

export type Side = keyof typeof ADDRESSES;

export const SIDES = ["blue", "green"] as const satisfies readonly Side[];

/** Where the probes of each vantage come from. */
export const VANTAGES = {
  east: "127.0.0.11",
  west: "127.0.0.12",
  north: "127.0.0.13",
} as const;
