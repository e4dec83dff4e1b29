import { simulateWorlds } from "./worlds.ts";

simulateWorlds("odd");
