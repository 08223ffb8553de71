import { openCache, type Cache } from "../cache";
import { UserError } from "../errors";
import { holdsFile, putFile, releaseFiles } from "./directory-files";
import type { PackageFileInputs } from "./package-file";

interface Result {
  readonly outs: PackageFileInputs;
}

/** What the dynamic provider does for a {@link PackageFile}. Idempotent: killed at any point, run again, it converges. */
export const packageFile = {
  check(_olds: Partial<PackageFileInputs>, news: PackageFileInputs) {
    return { inputs: news };
  },

  /** Only another store, folder or name moves the file; another content is put beside the old one, which stays. */
  diff(_id: string, olds: Partial<PackageFileInputs>, news: PackageFileInputs) {
    const moved = (["directory", "folder", "name", "owner"] as const).filter((key) => olds[key] !== news[key]);
    const changed = moved.length > 0 || olds.sha256 !== news.sha256 || olds.size !== news.size;
    return { changes: changed, replaces: moved, deleteBeforeReplace: false };
  },

  async create(inputs: PackageFileInputs): Promise<Result & { id: string }> {
    await upload(inputs, openCache());
    return { id: `${inputs.folder}/${inputs.name}`, outs: inputs };
  },

  async read(id: string, outs: PackageFileInputs) {
    return (await holdsFile(outs)) ? { id, props: outs, inputs: outs } : {};
  },

  async update(_id: string, _olds: unknown, news: PackageFileInputs): Promise<Result> {
    await upload(news, openCache());
    return { outs: news };
  },

  async delete(_id: string, outs: PackageFileInputs): Promise<void> {
    await releaseFiles(outs);
  },
};

async function upload(inputs: PackageFileInputs, cache: Cache): Promise<void> {
  const source = await cache.locate(inputs.sha256);
  if (source === undefined) {
    throw new UserError(
      `The package ${inputs.name} (sha256 ${inputs.sha256}) is not in this checkout's cache (.heron/cache). ` +
        `Run 'pulumi up' from the folder of the project, which makes it anew.`,
    );
  }
  await putFile(inputs, source);
}
