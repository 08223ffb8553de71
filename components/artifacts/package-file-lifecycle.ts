import { notInCache, openCache } from "../cache";
import { canonicalJson } from "../canonical-json";
import { configuredCredentials, type ConfigureRequest, type Credentials } from "../config/credentials";
import { isKnownText } from "../json-text";
import { filesToGo, holdsFile, putFile, releaseFiles } from "./directory-files";
import { fileOf } from "./kept-file";
import type { PackageFileInputs, PackageFileProperties } from "./package-file";
import { isSameFolder } from "./same-folder";
import type { PackageUse } from "./use/inputs";
import { WantedFiles } from "./wanted-files";

let credentials: Credentials = new Map();

let wanted = new WantedFiles();

/** What the dynamic provider does for a {@link PackageFile}. Idempotent: killed at any point, run again, it converges. */
export const packageFile = {
  configure(request: ConfigureRequest): void {
    wanted = new WantedFiles();
    credentials = configuredCredentials(request);
  },

  check(_olds: Partial<PackageFileProperties>, news: PackageFileProperties) {
    if (isKnownText(news.file)) wanted.add(fileOf(news));
    return { inputs: news };
  },

  /** Only another store, folder or name moves the file; another content is put beside the old one, which stays. */
  diff(_id: string, olds: PackageFileProperties, news: PackageFileProperties) {
    if (!isKnownText(news.file)) return { changes: true, replaces: [], deleteBeforeReplace: false };
    if (olds.file === news.file) return { changes: false, replaces: [], deleteBeforeReplace: false };
    const file = fileOf(news);
    const old: Partial<PackageFileInputs> = fileOf(olds);
    const moved =
      !isSameFolder(old.directory ?? "", file.directory) ||
      (["folder", "name", "owner"] as const).some((key) => old[key] !== file[key]);
    const changed = moved || old.sha256 !== file.sha256 || old.size !== file.size || isAskedElsewhere(old, file);
    return { changes: changed, replaces: moved ? ["file"] : [], deleteBeforeReplace: false };
  },

  async create(news: PackageFileProperties): Promise<{ id: string; outs: PackageFileProperties }> {
    const file = fileOf(news);
    await upload(file);
    return { id: `${file.folder}/${file.name}`, outs: news };
  },

  async read(id: string, outs: PackageFileProperties) {
    return (await holdsFile(fileOf(outs))) ? { id, props: outs, inputs: outs } : {};
  },

  async update(_id: string, _olds: unknown, news: PackageFileProperties): Promise<{ outs: PackageFileProperties }> {
    await upload(fileOf(news));
    return { outs: news };
  },

  async delete(_id: string, outs: PackageFileProperties): Promise<void> {
    const file = fileOf(outs);
    const kept = await wanted.besides(file);
    const use = file.use ?? wanted.useOf(file);
    if (use !== undefined) await requireUnusedFiles(file, use, kept);
    await releaseFiles(file, kept);
  },
};

/** Earlier versions of this library did not keep where to ask: no change is made of it. */
function isAskedElsewhere({ use: old }: Partial<PackageFileInputs>, { use }: PackageFileInputs): boolean {
  return old !== undefined && canonicalJson(old) !== canonicalJson(use ?? null);
}

async function requireUnusedFiles(file: PackageFileInputs, use: PackageUse, kept: ReadonlySet<string>): Promise<void> {
  const files = await filesToGo(file, kept);
  if (files.length === 0) return;
  // Loaded by what goes alone: most runs delete no core package.
  const [{ requireUnused }, { directoryPlace }] = await Promise.all([
    import("./use/require-unused.js"),
    import("./use/place.js"),
  ]);
  await requireUnused({ places: files.map(directoryPlace), use }, credentials);
}

async function upload(inputs: PackageFileInputs): Promise<void> {
  const source = await openCache().locate(inputs.sha256);
  if (source === undefined) throw notInCache(`The package ${inputs.name} (sha256 ${inputs.sha256})`);
  await putFile(inputs, source);
}
