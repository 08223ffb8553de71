import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { UserError } from "../components/errors";

/** Makes the folder that a user has named for results, where it lacks. @throws UserError where none can be written there */
export function makeFolder(folder: string): void {
  writing(folder, "a folder", () => {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  });
}

/** Writes the file that a user has named for a result. @throws UserError where it cannot be */
export function writeResult(file: string, text: string): void {
  writing(file, "a file in a folder that is there", () => writeFileSync(file, text));
}

function writing(path: string, expected: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    const { message } = cause as Error;
    throw new UserError(`${path} cannot be written (${message}). Give the path of ${expected}: --out.`, { cause });
  }
}
