import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../cache";
import { UserError } from "../errors";
import { projectRoot } from "../project";
import { codeOf, unlessCode } from "../system-error";
import type { ConfDirectoryInputs } from "./inputs";
import { hasUploaderKeys, withoutUploaderKeys } from "./uploader-keys";

/** Where the files lie on this machine. */
export function folderOf({ directory, cluster }: ConfDirectoryInputs): string {
  return join(projectRoot(), directory, cluster);
}

/** Text of each file that is there. */
export async function textsIn(conf: ConfDirectoryInputs): Promise<ReadonlyMap<string, string>> {
  const folder = folderOf(conf);
  const read = Object.keys(conf.files).map(
    async (name) => [name, await readFile(join(folder, name), "utf8").catch(unlessCode("ENOENT"))] as const,
  );
  const found = await explained(folder, "read", () => Promise.all(read));
  return new Map(found.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}

/**
 * Writes what is not so already, each file whole.
 * @throws UserError when the folder cannot be written
 */
export async function writeFiles(conf: ConfDirectoryInputs, texts: ReadonlyMap<string, string>): Promise<void> {
  const folder = folderOf(conf);
  const there = await textsIn(conf);
  await explained(folder, "written to", async () => {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of texts) {
      if (there.get(name) === text) continue;
      const beside = join(folder, `.${name}.${randomUUID()}`);
      try {
        await writeFile(beside, text, { mode: hasUploaderKeys(text) ? 0o600 : 0o666 });
        await rename(beside, join(folder, name));
      } finally {
        await rm(beside, { force: true });
      }
    }
  });
}

/** Removes the files named, but one that somebody has changed since, and the folder where nothing else is in it. */
export async function removeFiles(conf: ConfDirectoryInputs, names: readonly string[]): Promise<void> {
  const folder = folderOf(conf);
  const there = withoutUploaderKeys(await textsIn(conf));
  await explained(folder, "written to", async () => {
    for (const name of names) {
      const text = there.get(name);
      if (text !== undefined && sha256(text) === conf.files[name]) await rm(join(folder, name), { force: true });
    }
  });
  for (const each of [folder, join(folder, "..")]) {
    const removed = await rmdir(each).then(
      () => true,
      () => false,
    );
    if (!removed) break;
  }
}

async function explained<T>(folder: string, what: "read" | "written to", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new UserError(
      `The conf dir ${folder} cannot be ${what} (${code}). Give the user who runs Pulumi access to it (a file with keys is its ` +
        `owner's alone), or set writeConf to another folder.`,
    );
  }
}
