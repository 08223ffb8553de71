import { createReadStream, createWriteStream } from "node:fs";
import { link, mkdir, symlink } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { ArgumentError } from "../../errors";

/**
 * Unpacks the files and links of a tar, gzipped or not, into a new folder.
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
    const name = inside(entry.header.name);
    const path = join(directory, name);
    if (type === "file" || type === "link" || type === "symlink") await mkdir(dirname(path), { recursive: true });
    if (type === "file") {
      await pipeline(entry, createWriteStream(path));
      continue;
    }
    entry.resume();
    if (type === "link") await link(join(directory, inside(linkname)), path);
    if (type === "symlink") {
      inside(isAbsolute(linkname) ? linkname : join(dirname(name), linkname));
      await symlink(linkname, path);
    }
  }
}

/** The name, which stands for something in the folder. */
function inside(name: string): string {
  const normal = normalize(name);
  if (normal.startsWith("/") || normal.split("/").includes("..")) throw new Error(`${name} leads out of it`);
  return normal;
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
