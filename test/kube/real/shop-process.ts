import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/runtime/package-root.ts";
import { createPart, type Part } from "../part.ts";
import type { ShopPlace } from "./shop-place.ts";

/** A real process, started where it is built: `npm run build`. */
export function createShopProcess(place: ShopPlace, directory: string): Part {
  const file = join(directory, `shop-${place.cluster}.json`);
  writeFileSync(file, JSON.stringify(place), { mode: 0o600 });
  const main = join(packageRoot(), "dist/test/kube/real/shop-main.js");
  const log = join(directory, `shop-${place.cluster}.log`);
  return createPart(process.execPath, [main, file], { log });
}
