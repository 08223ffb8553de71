import { createReadStream, createWriteStream } from "node:fs";
import { link, mkdir, rm, symlink } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { ArgumentError } from "../../errors";

/**
 * Unpacks the files of a tar, gzipped or not, into a new folder, with the links to others of them.
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
    const { type, linkname } = entry.header;
    if (type !== "file" && type !== "link" && type !== "symlink") {
      entry.resume();
      continue;
    }
    const name = normalize(entry.header.name);
    if (leadsOut(name)) throw new Error(`${entry.header.name} leads out of it`);
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    if (type === "file") {
      await pipeline(entry, createWriteStream(path));
      continue;
    }
    entry.resume();
    // What lies elsewhere no main is loaded from: a link to the machine's Python, say.
    const target = normalize(type === "link" || isAbsolute(linkname) ? linkname : join(dirname(name), linkname));
    if (leadsOut(target)) continue;
    await rm(path, { force: true });
    await (type === "link" ? link(join(directory, target), path) : symlink(linkname, path));
  }
}

function leadsOut(normal: string): boolean {
  return normal.startsWith("/") || normal.split("/").includes("..");
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
