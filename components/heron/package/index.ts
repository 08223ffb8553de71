import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Gzip } from "fflate";
import { pack, type Pack } from "tar-stream";
import { type Cache, hashFile, sha256File } from "../../cache";
import { UserError } from "../../errors";

/** What goes into a topology package. */
export interface PackageContent {
  /** The user's file on this machine, and its name in the package. */
  readonly topologyFile: string;
  readonly topologyFileName: string;
  readonly definition: Uint8Array;
  readonly definitionName: string;
  /** Files of `heron-conf/`, in their order. */
  readonly conf: ReadonlyMap<string, string>;
}

/** Raised when the bytes made of the same content change: cached packages of before are then made anew. */
const format = 1;

/** One time for all members: a package holds no trace of when it was made. */
const epoch = new Date(0);

const chunk = 64 * 1024;

/**
 * The topology package as `heron submit` makes it: the user's file, the definition, the whole conf dir. The same content
 * gives the same bytes on every machine: members carry no time or user, and nothing is compressed, since what a
 * compressor makes depends on its version (the user's file is compressed as it is). Streams; made once, then cached.
 * @throws UserError when the user's file is missing
 */
export async function buildTopologyPackage(
  content: PackageContent,
  cache: Cache,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const key = await contentKey(content);
  const known = await cache.getDerived("packages", key);
  if (known !== undefined) {
    const made = JSON.parse(Buffer.from(known).toString("utf8")) as { sha256: string; size: number };
    if ((await cache.locate(made.sha256)) !== undefined) return made;
  }
  const temporary = await cache.temporary();
  try {
    await write(content, temporary);
    const made = { sha256: await hashFile(temporary), size: (await stat(temporary)).size };
    await cache.remember(made.sha256, await cache.adopt("files", `${made.sha256}.tar.gz`, temporary));
    await cache.putDerived("packages", key, Buffer.from(JSON.stringify(made)));
    return made;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function contentKey(content: PackageContent): Promise<string> {
  const file = await sha256File(content.topologyFile).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new UserError(`package: there is no file ${content.topologyFileName}. Build it, or correct the path.`);
  });
  const { topologyFileName, definition, definitionName, conf } = content;
  return createHash("sha256")
    .update(JSON.stringify([format, file, topologyFileName, definitionName, [...conf]]))
    .update(definition)
    .digest("hex");
}

async function write(content: PackageContent, path: string): Promise<void> {
  const tar = pack();
  // Both at once: the tar's members are fed while its bytes are drained.
  await Promise.all([pipeline(tar, storedGzip(), createWriteStream(path)), feed(tar, content)]);
}

async function feed(tar: Pack, content: PackageContent): Promise<void> {
  const { size } = await stat(content.topologyFile);
  const member = { mode: 0o644, mtime: epoch, uid: 0, gid: 0, uname: "", gname: "" };
  await pipeline(
    createReadStream(content.topologyFile),
    tar.entry({ ...member, name: content.topologyFileName, size }),
  );
  tar.entry({ ...member, name: content.definitionName }, Buffer.from(content.definition));
  tar.entry({ ...member, name: "./heron-conf", type: "directory", mode: 0o755 });
  for (const [name, text] of content.conf) tar.entry({ ...member, name: `./heron-conf/${name}` }, text);
  tar.finalize();
}

/** gzip without compression, in blocks of one size, however the input is cut. */
function storedGzip(): Transform {
  let rest: Buffer[] = [];
  let length = 0;
  const gzip = new Gzip({ level: 0, mtime: 0 });
  const flush = (final: boolean): void => {
    const whole = Buffer.concat(rest);
    const until = final ? whole.length : whole.length - (whole.length % chunk);
    for (let at = 0; at < until; at += chunk) gzip.push(whole.subarray(at, Math.min(at + chunk, until)), false);
    rest = [whole.subarray(until)];
    length = whole.length - until;
    if (final) gzip.push(new Uint8Array(0), true);
  };
  return new Transform({
    construct(ready) {
      gzip.ondata = (bytes) => this.push(bytes);
      ready();
    },
    transform(bytes: Buffer, _encoding, done) {
      rest.push(bytes);
      length += bytes.length;
      if (length >= chunk) flush(false);
      done();
    },
    flush(done) {
      flush(true);
      done();
    },
  });
}
