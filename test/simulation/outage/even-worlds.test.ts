import { simulateWorlds } from "./worlds.ts";

simulateWorlds("even");
