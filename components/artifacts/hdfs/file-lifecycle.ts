import { notInCache, openCache } from "../../cache";
import { canonicalJson } from "../../canonical-json";
import { configuredCredentials, type ConfigureRequest, type Credentials } from "../../config/credentials";
import { isKnown } from "../../dynamic-provider";
import type { PackageUse } from "../use/inputs";
import { hdfsPlace } from "../use/place";
import { requireUnused } from "../use/require-unused";
import type { HdfsFileInputs, HdfsFileProperties } from "./file";
import { holdsFile, isToGo, putFile, releaseFile } from "./files";
import { WebHdfs } from "./webhdfs";

let credentials: Credentials = new Map();

/** Files that this run's program wants, by owner and path: one that is made anew, as by `--replace`, is not let go of. */
const wanted = new Set<string>();

/** What the dynamic provider does for an `HdfsFile`. Idempotent: killed at any point, run again, it converges. */
export const hdfsFile = {
  /** Tokens come from the stack's configuration, so they are in no resource's state and rotate without a diff. */
  configure(request: ConfigureRequest): void {
    wanted.clear();
    credentials = configuredCredentials(request);
  },

  check(_olds: Partial<HdfsFileProperties>, news: HdfsFileProperties) {
    if (isKnown(news.file)) wanted.add(keyOf(news.file));
    return { inputs: news };
  },

  /** Another path is another file; where HDFS is reached otherwise, the file is looked for there, and put there. */
  diff(_id: string, { file: old }: HdfsFileProperties, { file }: HdfsFileProperties) {
    if (!isKnown(file)) return { changes: true, replaces: [], deleteBeforeReplace: false };
    const moved = old.path !== file.path || old.owner !== file.owner;
    return {
      changes: canonicalJson(old) !== canonicalJson(comparable(file, old)),
      replaces: moved ? ["file"] : [],
      deleteBeforeReplace: false,
    };
  },

  async create(news: HdfsFileProperties): Promise<{ id: string; outs: HdfsFileProperties }> {
    await upload(news.file);
    return { id: news.file.path, outs: news };
  },

  async read(id: string, outs: HdfsFileProperties) {
    const there = await connected(outs.file, (hdfs) => holdsFile(hdfs, outs.file));
    return there ? { id, props: outs, inputs: outs } : {};
  },

  async update(_id: string, _olds: unknown, news: HdfsFileProperties): Promise<{ outs: HdfsFileProperties }> {
    await upload(news.file);
    return { outs: news };
  },

  async delete(_id: string, { file }: HdfsFileProperties): Promise<void> {
    if (wanted.has(keyOf(file))) return;
    await connected(file, async (hdfs) => {
      if (file.use !== undefined && (await isToGo(hdfs, file))) await requireUnusedFile(file, file.use);
      await releaseFile(hdfs, file);
    });
  },
};

function keyOf({ owner, path }: HdfsFileInputs): string {
  return JSON.stringify([owner, path]);
}

/** Earlier versions of this library did not keep whom to ask: no change is made of it. */
function comparable(file: HdfsFileInputs, old: HdfsFileInputs): HdfsFileInputs {
  const { use, ...rest } = file;
  return old.use === undefined || use === undefined ? rest : file;
}

async function requireUnusedFile({ path }: HdfsFileInputs, use: PackageUse): Promise<void> {
  await requireUnused({ places: [hdfsPlace(path)], use }, credentials);
}

async function upload(file: HdfsFileInputs): Promise<void> {
  const source = await openCache().locate(file.sha256);
  if (source === undefined) throw notInCache(`The package of ${file.path}`);
  await connected(file, (hdfs) => putFile(hdfs, file, source));
}

async function connected<T>(file: HdfsFileInputs, work: (hdfs: WebHdfs) => Promise<T>): Promise<T> {
  const { cluster, namenodes, user } = file;
  const token = credentials.get(cluster)?.hdfs?.token;
  const hdfs = new WebHdfs({
    cluster,
    namenodes,
    ...(user !== undefined && { user }),
    ...(token !== undefined && { token }),
  });
  try {
    return await work(hdfs);
  } finally {
    await hdfs.close();
  }
}
