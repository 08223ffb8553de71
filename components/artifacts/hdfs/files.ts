import { posix } from "node:path";
import { sha256 } from "../../cache";
import { UserError } from "../../errors";
import type { HdfsFileInputs } from "./file";
import type { WebHdfs } from "./webhdfs";

/**
 * Puts the file at `source` into HDFS and verifies what was written by reading it back: HDFS' own checksums are no sha256.
 * A file that is there already, whole, is left alone. Written beside its place and renamed, so that an agent never
 * fetches half of it. Until the rename it lies in its owner's folder, where the next run finds what a killed one left.
 * @throws UserError when HDFS refuses or the bytes are not what `sha256` says
 */
export async function putFile(hdfs: WebHdfs, file: HdfsFileInputs, source: string): Promise<void> {
  await removeLeftOvers(hdfs, file);
  await hdfs.mkdirs(ownFolder(file));
  const part = partOf(file);
  if (await isWhole(hdfs, file.path, file)) {
    // Of a killed run, where another owner has put the file since.
    await hdfs.remove(part);
    return;
  }
  await hdfs.write(part, source, file.size);
  if (!(await isWhole(hdfs, part, file))) {
    await hdfs.remove(part);
    throw new UserError(
      `${file.path}: what HDFS holds after the upload is not what was sent (sha256 ${file.sha256}). ` +
        "Run 'pulumi up' again; if it stays so, look at the datanodes' health (hdfs fsck).",
    );
  }
  // Here is only what is not whole: a rename takes no place that is taken.
  await hdfs.remove(file.path);
  await hdfs.rename(part, file.path);
  if (!(await holdsFile(hdfs, file))) {
    throw new UserError(`${file.path} was verified and then not there under its name. Run 'pulumi up' again.`);
  }
  // Still there where another owner's upload was the first to take the name.
  await hdfs.remove(part);
}

/** Whether HDFS holds the file at its full length; it got its name only after its bytes were verified. */
export async function holdsFile(hdfs: WebHdfs, { path, size }: HdfsFileInputs): Promise<boolean> {
  const found = await hdfs.status(path);
  return found?.type === "FILE" && found.length === size;
}

/** Whether {@link releaseFile} would remove it: nobody else keeps it. */
export async function isToGo(hdfs: WebHdfs, file: Pick<HdfsFileInputs, "path" | "owner">): Promise<boolean> {
  const owners = await hdfs.list(ownersFolder(file.path));
  return owners.every(({ pathSuffix }) => pathSuffix === posix.basename(ownFolder(file)));
}

/**
 * Lets go of the file for its owner; once nobody else keeps it, it is removed. Aside first: whoever claims it from then on finds
 * none and uploads it anew; whoever has claimed it gets it back.
 */
export async function releaseFile(hdfs: WebHdfs, file: Pick<HdfsFileInputs, "path" | "owner">): Promise<void> {
  const aside = asideOf(file);
  await hdfs.remove(ownFolder(file), true);
  const isFree = (await hdfs.list(ownersFolder(file.path))).length === 0;
  if (isFree && (await hdfs.status(file.path)) !== undefined) {
    // Of a run that was killed here, where somebody has put the file since: a rename takes no place that is taken.
    await hdfs.remove(aside);
    await hdfs.rename(file.path, aside);
  }
  // Also what a killed run has put aside of a file that has been claimed since.
  if (!(await hdfs.remove(ownersFolder(file.path)))) await hdfs.rename(aside, file.path);
  await hdfs.remove(aside);
}

const ownersSuffix = ".owners";

/** Where a file lies while it is found out whether anybody else keeps it; another owner's is elsewhere. */
function asideOf({ path, owner }: Pick<HdfsFileInputs, "path" | "owner">): string {
  return `${path}.${sha256(owner).slice(0, 8)}.leaving`;
}

/**
 * Lets go of what a killed run of the same owner has not finished, and that no run will ask for again. What stands under its
 * name is whole, and jobs may run on it: of that only the part goes.
 */
async function removeLeftOvers(hdfs: WebHdfs, { path, owner }: HdfsFileInputs): Promise<void> {
  const folder = posix.dirname(path);
  for (const { pathSuffix } of await hdfs.list(folder)) {
    if (!pathSuffix.endsWith(ownersSuffix)) continue;
    const other = { owner, path: posix.join(folder, pathSuffix.slice(0, -ownersSuffix.length)) };
    if (other.path === path || (await hdfs.status(partOf(other))) === undefined) continue;
    if ((await hdfs.status(other.path)) === undefined) await releaseFile(hdfs, other);
    else await hdfs.remove(partOf(other));
  }
}

function ownersFolder(path: string): string {
  return path + ownersSuffix;
}

function ownFolder({ path, owner }: Pick<HdfsFileInputs, "path" | "owner">): string {
  return posix.join(ownersFolder(path), owner.replaceAll("/", "+"));
}

function partOf(file: Pick<HdfsFileInputs, "path" | "owner">): string {
  return posix.join(ownFolder(file), "part");
}

async function isWhole(hdfs: WebHdfs, path: string, { size, sha256 }: HdfsFileInputs): Promise<boolean> {
  const found = await hdfs.status(path);
  return found?.type === "FILE" && found.length === size && (await hdfs.sha256(path)) === sha256;
}
