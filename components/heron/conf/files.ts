import { load } from "js-yaml";
import type { HeronClusterArgs } from "../../cluster-args";
import { template } from "../../render";
import { withOverrides } from "./overrides";

/** The files of a conf dir that are rendered, in the order in which `heron submit` packs them. */
const auroraFiles = [
  "README",
  "client.yaml",
  "downloader.yaml",
  "heron.aurora",
  "heron_internals.yaml",
  "metrics_sinks.yaml",
  "packing.yaml",
  "scheduler.yaml",
  "stateful.yaml",
  "statemgr.yaml",
  "uploader.yaml",
] as const;

const localFiles = [
  "README",
  "client.yaml",
  "downloader.yaml",
  "healthmgr.yaml",
  "heron_internals.yaml",
  "metrics_sinks.yaml",
  "packing.yaml",
  "scheduler.yaml",
  "stateful.yaml",
  "statemgr.yaml",
  "uploader.yaml",
] as const;

/** What the local scheduler has a file of its own for. */
const localOwn: readonly string[] = ["client.yaml", "healthmgr.yaml", "scheduler.yaml", "stateful.yaml"];

/** What it has other values for. */
const localValues: readonly string[] = ["heron_internals.yaml"];

/** The conf dir's files that are rendered for a cluster's scheduler. */
export function confFiles({ scheduler }: Pick<HeronClusterArgs, "scheduler">): readonly string[] {
  return scheduler.local === undefined ? auroraFiles : localFiles;
}

/** Text of the template of one of {@link confFiles}. */
export function confTemplate(name: string, { scheduler }: Pick<HeronClusterArgs, "scheduler">): string {
  if (scheduler.local === undefined) return template("conf", name);
  if (localOwn.includes(name)) return template("conf", "local", name);
  const text = template("conf", name);
  if (!localValues.includes(name)) return text;
  return withOverrides(text, load(template("conf", "local", name)) as Readonly<Record<string, number>>);
}

/** Text of a file's templates, one after the other: for Aurora and for the local scheduler. */
export function confTexts(name: string): string {
  const shared = auroraFiles.some((each) => each === name) ? [template("conf", name)] : [];
  return [...shared, ...(localOwn.includes(name) ? [template("conf", "local", name)] : [])].join("\n");
}
