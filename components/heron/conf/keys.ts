import { closest, distance } from "fastest-levenshtein";
import { load } from "js-yaml";
import type { HeronClusterArgs } from "../../cluster-args";
import { confTexts } from "./files";

/** Keys that Heron 0.20 reads and does not ship with a value for Aurora, or only for another store or state manager. */
const unshipped: Readonly<Record<string, readonly string[]>> = {
  "scheduler.yaml": [
    "heron.class.scheduler.aurora.controller.cli",
    "heron.scheduler.properties",
    "heron.scheduler.job.link.template",
    "heron.scheduler.job.template",
    "heron.package.core.directory",
  ],
  "statemgr.yaml": ["heron.statemgr.localfs.is.initialize.file.tree"],
  "uploader.yaml": [
    "heron.class.uploader",
    "heron.uploader.localfs.file.system.directory",
    "heron.uploader.s3.bucket",
    "heron.uploader.s3.path_prefix",
    "heron.uploader.s3.access_key",
    "heron.uploader.s3.secret_key",
    "heron.uploader.s3.region",
    "heron.uploader.s3.uri",
    "heron.uploader.s3.aws_profile",
    "heron.uploader.s3.proxy_uri",
    "heron.uploader.gcs.bucket",
    "heron.uploader.gcs.credentials_path",
    "heron.uploader.scp.command.options",
    "heron.uploader.scp.command.connection",
    "heron.uploader.scp.dir.path",
    "heron.uploader.ssh.command.options",
    "heron.uploader.ssh.command.connection",
    "heron.uploader.http.uri",
    "heron.uploader.hdfs.config.directory",
    "heron.uploader.hdfs.topologies.directory.uri",
    "heron.uploader.dlog.topologies.namespace.uri",
    "heron.uploader.dlog.topologies.num.replicas",
  ],
  "client.yaml": ["heron.config.is.role.required", "heron.config.is.env.required", "heron.command.update.prompt"],
};

/** What a document's `conf` sets that Heron is not known to read, in words with a suggestion; it is written all the same. */
export function unknownKeys(conf: NonNullable<HeronClusterArgs["conf"]>): string[] {
  return Object.entries(conf).flatMap(([file, overrides]) => {
    const known = knownKeys(file);
    return Object.keys(overrides)
      .filter((key) => !known.includes(key))
      .map(
        (key) => `conf.${file}: Heron is not known to read '${key}'${suggestion(key, known)}. It is written as it is.`,
      );
  });
}

/** Every key of the file, whichever scheduler, store and state manager are used. */
function knownKeys(file: string): string[] {
  const plain = confTexts(file)
    .replace(/^\{\{[#/].*\}\}$/gm, "")
    .replace(/\{\{\w+\}\}/g, "value");
  // The sections for several stores say one key several times.
  const shipped = Object.keys(load(plain, { json: true }) ?? {});
  return [...new Set([...shipped, ...(unshipped[file] ?? [])])];
}

function suggestion(key: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const near = closest(key, known);
  return distance(key, near) <= 4 ? `; did you mean '${near}'?` : "";
}
