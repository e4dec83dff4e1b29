import { readFile } from "node:fs/promises";
import { GreenlightError } from "../domain/errors.ts";

/** A file that a person named. Rejects with GL_USAGE. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new GreenlightError("GL_USAGE", `${file} can't be read`, error);
  }
}
