import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import {
  chmod,
  constants,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../errors";
import { sha256File } from "../file-hash";
import type { PackageFileInputs } from "./package-file";
import { isSameFolder } from "./same-folder";
import { fileName } from "./store";
import { codeOf, hasCode, unlessCode } from "../system-error";

/**
 * Puts the file at `source` into the store and verifies what was written. A file that is there already, whole, is left
 * alone. Written beside its place and renamed, so that an agent never fetches half of it.
 * @throws UserError when the folder cannot be written or the bytes are not what `sha256` says
 */
export async function putFile(inputs: PackageFileInputs, source: string): Promise<void> {
  const folder = join(inputs.directory, inputs.folder);
  const target = join(folder, fileName(inputs));
  await explained(inputs, async () => {
    await claim(ownersFolder(target), inputs);
    if (await isWhole(target, inputs)) return;
    const temporary = `${target}.${randomUUID()}.part`;
    try {
      await copyFile(source, temporary, constants.COPYFILE_EXCL);
      await throughToDisk(temporary);
      if ((await sha256File(temporary)) !== inputs.sha256) {
        throw new UserError(
          `${inputs.name} changed while it was copied: its bytes no longer hash to ${inputs.sha256}. ` +
            `Run 'pulumi up' again when the file is complete.`,
        );
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  });
}

/**
 * Says by which path the store was reached: the same folder may have another, as a symlink's, by which this owner then claims.
 * Somebody who lets go of the file may take an owners' folder away that is empty yet.
 */
async function claim(owners: string, { owner, directory }: PackageFileInputs): Promise<void> {
  for (let claimed = false; !claimed;) {
    await makeFolder(owners);
    const written = writeFile(join(owners, ownerFile(owner)), directory).then(() => true);
    claimed = (await written.catch(absent)) ?? false;
  }
}

/** Whether this owner has claimed it since by another path; what an earlier version of this library claimed says none. */
async function isClaimedByAnotherPath(owners: string, { owner, directory }: PackageFileInputs): Promise<boolean> {
  const claimed = await readFile(join(owners, ownerFile(owner)), "utf8").catch(absent);
  return claimed !== undefined && claimed !== "" && !isSameFolder(claimed, directory);
}

/** What is made of it is everybody's to enter, whatever this process's umask is: agents run as others. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made))
    await chmod(made, (await stat(made)).mode | 0o755);
}

/** Also makes it everybody's to read: agents run as others. */
async function throughToDisk(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.chmod(0o644);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether the store holds the file at its full length. At once: a refresh asks it of every topology. */
export async function holdsFile(inputs: PackageFileInputs): Promise<boolean> {
  const file = join(inputs.directory, inputs.folder, fileName(inputs));
  const found = await explained(inputs, () => Promise.resolve(statSync(file, { throwIfNoEntry: false })));
  return found?.size === inputs.size;
}

/**
 * Paths of the versions that {@link releaseFiles} would remove: nobody else keeps them.
 * @param kept names of files that this owner goes on keeping
 */
export async function filesToGo(inputs: PackageFileInputs, kept: ReadonlySet<string> = new Set()): Promise<string[]> {
  const folder = join(inputs.directory, inputs.folder);
  const names = (await explained(inputs, () => readdir(folder).catch(absent))) ?? [];
  const sole: string[] = [];
  for (const name of claimedIn(names, kept)) {
    const owners = (await explained(inputs, () => readdir(join(folder, name)).catch(absent))) ?? [];
    if (!owners.every((owner) => owner === ownerFile(inputs.owner))) continue;
    if (await explained(inputs, () => isClaimedByAnotherPath(join(folder, name), inputs))) continue;
    sole.push(join(folder, name.slice(0, -ownersSuffix.length)));
  }
  return sole;
}

/**
 * Lets go of every version of the file that this owner put into the folder by this path; a version that nobody else keeps
 * is removed. Called once nothing of this owner can fetch any more.
 * @param kept names of files that this owner goes on keeping
 */
export async function releaseFiles(inputs: PackageFileInputs, kept: ReadonlySet<string> = new Set()): Promise<void> {
  const folder = join(inputs.directory, inputs.folder);
  const names = (await explained(inputs, () => readdir(folder).catch(absent))) ?? [];
  await explained(inputs, async () => {
    for (const name of claimedIn(names, kept)) {
      const owners = join(folder, name);
      if (await isClaimedByAnotherPath(owners, inputs)) continue;
      await unlink(join(owners, ownerFile(inputs.owner))).catch(absent);
      if (((await readdir(owners).catch(absent)) ?? []).length > 0) continue;
      const file = name.slice(0, -ownersSuffix.length);
      // Aside first: whoever claims it from now on finds none and writes it anew; whoever has claimed it gets it back.
      const aside = `${file}.${randomUUID()}.part`;
      await rename(join(folder, file), join(folder, aside)).catch(absent);
      if (!(await removeEmpty(owners))) {
        await rename(join(folder, aside), join(folder, file)).catch(absent);
        continue;
      }
    }
    await removeParts(folder);
  });
  await rmdir(folder).catch((error: unknown) => {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST", "ENOENT")) throw asError(error);
  });
}

/** An upload that goes on has its owner's entry, so what has none is of uploads and releases that were killed, or of this one. */
async function removeParts(folder: string): Promise<void> {
  for (const entry of (await readdir(folder).catch(absent)) ?? []) {
    const file = /^(.+)\.[\da-f-]{36}\.part$/.exec(entry)?.[1];
    if (file === undefined || (await stat(ownersFolder(join(folder, file))).catch(absent)) !== undefined) continue;
    await rm(join(folder, entry), { force: true });
  }
}

/** Of a folder's entries, the owners' folders of all files but those. */
function claimedIn(names: readonly string[], except: ReadonlySet<string>): string[] {
  return names.filter((entry) => entry.endsWith(ownersSuffix) && !except.has(entry.slice(0, -ownersSuffix.length)));
}

/** @returns false for a folder that is not empty */
function removeEmpty(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, "ENOENT")) return true;
      return hasCode(error, "ENOTEMPTY", "EEXIST") ? false : Promise.reject(asError(error));
    },
  );
}

const ownersSuffix = ".owners";

function ownersFolder(target: string): string {
  return target + ownersSuffix;
}

function ownerFile(owner: string): string {
  return owner.replaceAll("/", "+");
}

async function isWhole(target: string, inputs: PackageFileInputs): Promise<boolean> {
  const found = await stat(target).catch(absent);
  return found?.size === inputs.size && (await sha256File(target)) === inputs.sha256;
}

async function explained<T>(inputs: PackageFileInputs, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!hasCode(error, "EACCES", "EPERM", "EROFS", "ENOSPC", "ENOTDIR", "EDQUOT")) throw error;
    throw new UserError(
      `The artifact store ${inputs.directory} cannot be used (${codeOf(error)}). ` +
        `Give the user who runs Pulumi read and write access and room there, or set artifacts.directory.path to another folder.`,
    );
  }
}

const absent = unlessCode("ENOENT");

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
