import { chmodSync, linkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";

/** Gives a file another text at once: one who reads it, or a run that is killed, finds the old one or the new one, whole. */
export function replaceFile(file: string, text: string): void {
  // What is a link stays one.
  const place = realpathSync(file);
  besides(place, text, (draft) => {
    chmodSync(draft, statSync(place).mode);
    renameSync(draft, place);
  });
}

/** Makes a file that is whole from the first. @throws the system's EEXIST where there is one, which stays as it is */
export function createFile(file: string, text: string): void {
  besides(file, text, (draft) => linkSync(draft, file));
}

/** Under a name that no stack's document can have. */
function besides(place: string, text: string, put: (draft: string) => void): void {
  const draft = `${place}.${process.pid}.draft`;
  try {
    writeFileSync(draft, text);
    put(draft);
  } finally {
    rmSync(draft, { force: true });
  }
}
