import { type Cache, openCache, sha256 } from "../cache";
import { configuredCredentials, type ConfigureRequest, type Credentials } from "../config/credentials";
import { isKnown } from "../dynamic-provider";
import { UserError } from "../errors";
import { describeFiles } from "./changes";
import { removeFiles, textsIn, writeFiles } from "./files";
import { confFileKind, type ConfDirectoryInputs, type ConfDirectoryProperties } from "./inputs";
import { withoutUploaderKeys, withUploaderKeys } from "./uploader-keys";

/** What a run goes by, from one call of the engine to the next. */
interface Run {
  readonly credentials: Credentials;
  /** Conf dirs that were read and not checked since: a refresh, which asks for a diff too, is not to tell of what only `up` writes. */
  readonly onlyRead: Set<string>;
  /** Names of the files that the program wants, by conf dir: what it has by another resource, or by the same one made anew, stays. */
  readonly wanted: Map<string, readonly string[]>;
}

let run: Run = begun(new Map());

function begun(credentials: Credentials): Run {
  return { credentials, onlyRead: new Set(), wanted: new Map() };
}

type OldProperties = Partial<ConfDirectoryProperties>;

/** What the dynamic provider does for a `ConfDirectory`. Idempotent: killed at any point, run again, it converges. */
export const confDirectory = {
  configure(request: ConfigureRequest): void {
    run = begun(configuredCredentials(request));
  },

  /** Names what changes, key by key, in an input: that is how a preview can show it. */
  async check(olds: OldProperties, news: ConfDirectoryProperties) {
    if (!isKnown(news.conf)) return { inputs: news };
    run.onlyRead.delete(idOf(news.conf));
    run.wanted.set(idOf(news.conf), Object.keys(news.conf.files));
    const change = (await plannedChange(news.conf, run)) ?? olds.conf?.change;
    return { inputs: { ...news, conf: { ...news.conf, ...(change !== undefined && { change }) } } };
  },

  /** What lacks on this machine shows here: no state has it. */
  async diff(_id: string, { conf: old }: ConfDirectoryProperties, { conf }: ConfDirectoryProperties) {
    if (!isKnown(conf)) return { changes: true, replaces: [], deleteBeforeReplace: false };
    const moved = old.directory !== conf.directory || old.cluster !== conf.cluster;
    const names = new Set([...Object.keys(old.files), ...Object.keys(conf.files)]);
    const changed = [...names].some((name) => old.files[name] !== conf.files[name]);
    return {
      changes: moved || changed || (await lacksSomething(conf, run)),
      replaces: moved ? ["conf"] : [],
      deleteBeforeReplace: false,
    };
  },

  async create(news: ConfDirectoryProperties) {
    await write(news.conf, run);
    return { id: idOf(news.conf), outs: news };
  },

  /** Files that others have changed or removed come back as they are. Where there is none, another checkout has them. */
  async read(id: string, outs: ConfDirectoryProperties) {
    run.onlyRead.add(idOf(outs.conf));
    const texts = withoutUploaderKeys(await textsIn(outs.conf));
    if (texts.size === 0) return { id, props: outs, inputs: outs };
    const files = Object.fromEntries([...texts].map(([name, text]) => [name, sha256(text)]));
    const props = { ...outs, conf: { ...outs.conf, files } };
    return { id, props, inputs: props };
  },

  async update(_id: string, olds: ConfDirectoryProperties, news: ConfDirectoryProperties) {
    await write(news.conf, run);
    const gone = Object.keys(olds.conf.files).filter((name) => !(name in news.conf.files));
    await removeFiles(olds.conf, gone);
    return { outs: news };
  },

  async delete(_id: string, { conf }: ConfDirectoryProperties) {
    const kept = run.wanted.get(idOf(conf)) ?? [];
    await removeFiles(
      conf,
      Object.keys(conf.files).filter((name) => !kept.includes(name)),
    );
  },
};

function idOf({ directory, cluster }: ConfDirectoryInputs): string {
  return `${directory}/${cluster}`;
}

async function write(conf: ConfDirectoryInputs, run: Run): Promise<void> {
  const texts = await wantedTexts(conf, openCache(), run);
  if (texts === undefined) {
    throw new UserError(
      `The conf dir's files are not in this checkout's cache (.heron/cache). ` +
        `Run 'pulumi up' from the folder of the project, which makes them anew.`,
    );
  }
  await writeFiles(conf, texts);
}

/** Whether the files are not in this checkout at all, or the uploader's keys in them are others. */
async function lacksSomething(conf: ConfDirectoryInputs, { credentials, onlyRead }: Run): Promise<boolean> {
  const there = await textsIn(conf);
  if (there.size === 0) return Object.keys(conf.files).length > 0 && !onlyRead.has(idOf(conf));
  const wanted = withUploaderKeys(withoutUploaderKeys(there), credentials.get(conf.cluster)?.uploader);
  return [...wanted].some(([name, text]) => text !== there.get(name));
}

async function plannedChange(conf: ConfDirectoryInputs, run: Run): Promise<string | undefined> {
  const texts = await wantedTexts(conf, openCache(), run);
  return texts && describeFiles(await textsIn(conf), texts);
}

async function wantedTexts(
  { cluster, files }: ConfDirectoryInputs,
  cache: Cache,
  { credentials }: Run,
): Promise<ReadonlyMap<string, string> | undefined> {
  const texts = new Map<string, string>();
  for (const [name, address] of Object.entries(files)) {
    const bytes = await cache.get(confFileKind, address);
    if (bytes === undefined) return undefined;
    texts.set(name, Buffer.from(bytes).toString("utf8"));
  }
  return withUploaderKeys(texts, credentials.get(cluster)?.uploader);
}
