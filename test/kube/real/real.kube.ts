import { afterAll, beforeAll } from "@jest/globals";
import { BUILT_WITHIN_MS } from "../binary.ts";
import { describeCrash } from "./crash.ts";
import { describeDrill } from "./drill.ts";
import { describeFaults } from "./faults.ts";
import { startGround } from "./ground.ts";
import { describeHang } from "./hang.ts";
import { describeNothingMoves } from "./nothing-moves.ts";

let ground: Awaited<ReturnType<typeof startGround>> | undefined;

beforeAll(async () => {
  ground = await startGround();
}, BUILT_WITHIN_MS);

afterAll(() => ground?.close());

function started() {
  if (!ground) throw new Error("not started");
  return ground;
}

describeCrash(started);
describeHang(started);
describeNothingMoves(started);
describeDrill(started);
describeFaults(started);
