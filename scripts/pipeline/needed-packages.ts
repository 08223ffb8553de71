import { existsSync } from "node:fs";
import { join } from "node:path";
import { filesToGo } from "../../components/artifacts/directory-files";
import { fileOf } from "../../components/artifacts/kept-file";
import type { PackageFileInputs } from "../../components/artifacts/package-file";
import { fileName } from "../../components/artifacts/store";
import { directoryPlace, hdfsPlace, type PackagePlace, s3Place } from "../../components/artifacts/use/place";
import { jobsInWords, jobsOn, type RunningJob } from "../../components/artifacts/use/running-jobs";
import { isKnownText } from "../../components/json-text";
import type { Preview } from "./preview-steps";

/** A package that a deployment would take out of the store. */
export interface DeletedPackage {
  /** URNs of the resources that go with it. */
  readonly urns: readonly string[];
  readonly place: PackagePlace;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Key of the one job that fetches it, of a topology's package as far as is known; absent where every job of the role may. */
  readonly job?: string;
  /** Of a `directory` store, where its owners are to be seen. */
  readonly file?: PackageFileInputs;
}

/** What a resource of one of the stores has there. */
type StoredPackage = Omit<DeletedPackage, "urns">;

type Step = NonNullable<Preview["steps"]>[number];

/** The packages that the previewed deployment deletes; what is retained is only forgotten. */
export function deletedPackages({ steps = [] }: Preview): DeletedPackage[] {
  const found = new Map<string, DeletedPackage>();
  for (const { urn, oldState } of steps.filter(isDeletion)) {
    const stored = oldState && packageIn(oldState);
    if (stored === undefined) continue;
    const { source } = stored.place;
    // Of an object in S3 and its hold, the hold tells whose it is.
    const before = found.get(source);
    found.set(source, { ...before, ...stored, urns: [...(before?.urns ?? []), urn] });
  }
  return [...found.values()];
}

/** Whether the package stays where it is, for another stack; of a folder this machine sees it. */
export async function isKeptByOthers({ file }: DeletedPackage): Promise<boolean> {
  if (file === undefined) return false;
  const path = pathOf(file);
  return existsSync(path) && !(await filesToGo(file)).includes(path);
}

/** Of an object in S3 or the hold on one, of a file in HDFS, or of a core package in a folder. */
function packageIn({ type, inputs = {} }: NonNullable<Step["oldState"]>): StoredPackage | undefined {
  const { hold, file } = inputs as {
    readonly hold?: { readonly bucket?: unknown; readonly key?: unknown; readonly use?: Used };
    readonly file?: string | { readonly path?: unknown; readonly use?: Used };
  };
  // A secret shows as a text that is no JSON; other resources have a 'file' too.
  if (typeof file === "string")
    return type.endsWith("heron:PackageFile") && isKnownText(file) ? packageInFolder(fileOf({ file })) : undefined;
  return typeof file?.path === "string"
    ? placed(file.path, hdfsPlace(file.path), file.use)
    : packageInBucket(hold ?? inputs);
}

/** Of a `PackageUse`, what a preview shows of it. */
interface Used {
  readonly job?: unknown;
}

function packageInBucket({
  bucket,
  key,
  use,
}: {
  readonly bucket?: unknown;
  readonly key?: unknown;
  readonly use?: Used;
}) {
  return typeof bucket === "string" && typeof key === "string" ? placed(key, s3Place(bucket, key), use) : undefined;
}

/** Only what jobs may run on that no state knows is asked for, as when the engine deletes it. */
function packageInFolder(file: PackageFileInputs): StoredPackage | undefined {
  return file.use && { sha256: file.sha256, place: directoryPlace(pathOf(file)), ...ofJob(file.use), file };
}

function placed(path: string, place: PackagePlace, use?: Used): StoredPackage | undefined {
  const sha256 = /-([0-9a-f]{64})\.tar\.gz$/.exec(path)?.[1];
  return sha256 === undefined ? undefined : { place, sha256, ...ofJob(use) };
}

function ofJob({ job }: Used = {}): Pick<StoredPackage, "job"> {
  return typeof job === "string" ? { job } : {};
}

function pathOf(file: PackageFileInputs): string {
  return join(file.directory, file.folder, fileName(file));
}

/** Keys of the jobs that the previewed deployment kills or changes: they are off its packages before those go. */
export function leavingJobs({ steps = [] }: Preview): ReadonlySet<string> {
  const keys = steps.filter(isChange).map(({ oldState }) => oldState?.inputs?.jobKey);
  return new Set(keys.filter((key) => typeof key === "string"));
}

/** Keys of the jobs that alone may stay on one of `packages`; undefined where any job of the role may. */
export function onlyJobsOf(
  packages: readonly DeletedPackage[],
  leaving: ReadonlySet<string>,
): readonly string[] | undefined {
  const jobs = packages.map(({ job }) => job);
  const own = jobs.filter((job) => job !== undefined);
  return own.length < jobs.length ? undefined : [...new Set(own)].filter((job) => !leaving.has(job));
}

/**
 * What is wrong with deleting `packages`: jobs run on them that the deployment neither kills nor rolls to another one, such as a
 * topology that was left behind, or one that somebody submitted with the stack's conf dir.
 * @param staying the jobs in question
 */
export function stillNeeded(packages: readonly DeletedPackage[], staying: readonly RunningJob[]): string[] {
  return packages.flatMap(({ urns, place, sha256 }) => {
    const on = jobsOn(place, staying);
    if (on.length === 0) return [];
    const them = on.length === 1 ? "it" : "them";
    return [
      `${jobsInWords(on)} still ${on.length === 1 ? "runs" : "run"} on the package ${sha256.slice(0, 12)}…, which this deployment ` +
        `would delete. Move ${them} to another package or kill ${them} first. ${wayToLeave(urns)}`,
    ];
  });
}

/** What is wrong with deleting `packages` from a bucket that the stack has by another resource as well, as after a change of its cluster. */
export function hadOtherwise(packages: readonly DeletedPackage[], { steps = [] }: Preview): string[] {
  const keepers = new Map(
    steps
      // What a refresh has read is what the stack had.
      .filter(({ op }) => op !== "refresh" && !op.startsWith("delete"))
      .flatMap(({ urn, newState }) => {
        const stored = newState && packageInBucket(newState.inputs ?? {});
        return stored === undefined ? [] : [[stored.place.source, urn] as const];
      }),
  );
  return packages.flatMap(({ urns, place, sha256 }) => {
    const keeper = keepers.get(place.source);
    if (keeper === undefined) return [];
    return [
      `The package ${sha256.slice(0, 12)}…, which this deployment would delete, is the very object that the stack has as ${keeper}. ` +
        wayToLeave(urns),
    ];
  });
}

function wayToLeave(urns: readonly string[]): string {
  return (
    "To deploy and leave the package where it is: " +
    `pulumi up ${urns.map((urn) => `--exclude '${urn}'`).join(" ")}, then ` +
    urns.map((urn) => `pulumi state delete '${urn}'`).join(", ")
  );
}

function isDeletion({ op, oldState }: Step): boolean {
  return (op === "delete" || op === "delete-replaced") && oldState?.retainOnDelete !== true;
}

function isChange(step: Step): boolean {
  return step.op.startsWith("delete") ? isDeletion(step) : step.op !== "same" && step.op !== "refresh";
}
