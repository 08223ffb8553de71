import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type Pack, pack } from "tar-stream";
import type { Member } from "./members";

/** Any fixed time will do; some tar programs warn of 1970. */
const mtime = new Date("1980-01-01T00:00:00Z");
const owner = { uid: 0, gid: 0, uname: "", gname: "", mtime };

/**
 * A tar of these members, piece by piece, that depends on nothing but their names and contents. `onFile` is told the sha256
 * of what was read from disk.
 */
export async function* tarOf(members: readonly Member[], onFile: (sha256: string) => void): AsyncGenerator<Uint8Array> {
  const tar = pack();
  writeMembers(tar, members, onFile).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  yield* tar as AsyncIterable<Uint8Array>;
}

async function writeMembers(tar: Pack, members: readonly Member[], onFile: (sha256: string) => void): Promise<void> {
  for (const member of members) {
    if (member.type === "directory") {
      tar.entry({ ...owner, name: member.name, type: "directory", mode: 0o755 });
    } else if ("content" in member) {
      tar.entry({ ...owner, name: member.name, mode: 0o644 }, Buffer.from(member.content));
    } else {
      onFile(await writeFile(tar, member.name, member.path));
    }
  }
}

async function writeFile(tar: Pack, name: string, path: string): Promise<string> {
  const { size } = await stat(path);
  const hash = createHash("sha256");
  await new Promise<void>((resolve, reject) => {
    const entry = tar.entry({ ...owner, name, size, mode: 0o644 }, (error) => {
      if (error) reject(error);
      else resolve();
    });
    createReadStream(path)
      .on("data", (chunk) => hash.update(chunk))
      .on("error", (error) => entry.destroy(error))
      .pipe(entry);
  });
  return hash.digest("hex");
}
