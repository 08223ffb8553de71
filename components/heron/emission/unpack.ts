import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { ArgumentError } from "../../errors";

/**
 * Unpacks the files of a tar, gzipped or not, into a new folder.
 * @throws ArgumentError when it is no tar, or holds a name that leads out of the folder
 */
export async function unpack(archive: string, directory: string): Promise<void> {
  const source = createReadStream(archive);
  const entries = extract();
  const fed = archive.endsWith(".gz") ? pipeline(source, createGunzip(), entries) : pipeline(source, entries);
  const [reading, writing] = await Promise.allSettled([fed, writeFiles(entries, directory)]);
  const failed = [writing, reading].find((outcome) => outcome.status === "rejected");
  if (failed === undefined) return;
  const message = `${basename(archive)} cannot be unpacked: ${reasonOf(failed.reason)}. Make the tar anew.`;
  throw new ArgumentError([{ path: ["package"], message }]);
}

async function writeFiles(entries: ReturnType<typeof extract>, directory: string): Promise<void> {
  for await (const entry of entries) {
    const name = normalize(entry.header.name);
    if (entry.header.type !== "file") {
      entry.resume();
      continue;
    }
    if (name.startsWith("/") || name.split("/").includes("..")) throw new Error(`${entry.header.name} leads out of it`);
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await pipeline(entry, createWriteStream(join(directory, name)));
  }
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
