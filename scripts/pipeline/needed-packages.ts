import { hdfsPlace, type PackagePlace, s3Place } from "../../components/artifacts/use/place";
import { jobsInWords, jobsOn, type RunningJob } from "../../components/artifacts/use/running-jobs";
import type { Preview } from "./preview-steps";

/** A package that a deployment would take out of the store. */
export interface DeletedPackage {
  /** URNs of the resources that go with it. */
  readonly urns: readonly string[];
  readonly place: PackagePlace;
  /** Lower-case hex. */
  readonly sha256: string;
}

type Step = NonNullable<Preview["steps"]>[number];

/** The packages that the previewed deployment deletes; what is retained is only forgotten. */
export function deletedPackages({ steps = [] }: Preview): DeletedPackage[] {
  const found = new Map<string, DeletedPackage>();
  for (const { urn, oldState } of steps.filter(isDeletion)) {
    const file = fileIn(oldState?.inputs ?? {});
    const sha256 = /-([0-9a-f]{64})\.tar\.gz$/.exec(file?.path ?? "")?.[1];
    if (file === undefined || sha256 === undefined) continue;
    const place = file.bucket === undefined ? hdfsPlace(file.path) : s3Place(file.bucket, file.path);
    found.set(place.source, { place, sha256, urns: [...(found.get(place.source)?.urns ?? []), urn] });
  }
  return [...found.values()];
}

/** Of an object in S3 or the hold on one, or of a file in HDFS. */
function fileIn(inputs: Readonly<Record<string, unknown>>): { bucket?: string; path: string } | undefined {
  const { hold, file } = inputs as {
    readonly hold?: { readonly bucket?: unknown; readonly key?: unknown };
    readonly file?: { readonly path?: unknown };
  };
  const { bucket, key } = hold ?? inputs;
  if (typeof bucket === "string" && typeof key === "string") return { bucket, path: key };
  return typeof file?.path === "string" ? { path: file.path } : undefined;
}

/**
 * What is wrong with deleting `packages`: jobs run on them that the deployment neither kills nor rolls to another one, such as a
 * topology that was left behind, or one that somebody submitted with the stack's conf dir.
 */
export function stillNeeded(
  packages: readonly DeletedPackage[],
  { steps = [] }: Preview,
  jobs: readonly RunningJob[],
): string[] {
  const leaving = new Set(steps.filter(isChange).map(({ oldState }) => oldState?.inputs?.jobKey));
  const staying = jobs.filter(({ key }) => !leaving.has(key));
  return packages.flatMap(({ urns, place, sha256 }) => {
    const on = jobsOn(place, staying);
    if (on.length === 0) return [];
    const them = on.length === 1 ? "it" : "them";
    return [
      `${jobsInWords(on)} still ${on.length === 1 ? "runs" : "run"} on the package ${sha256.slice(0, 12)}…, which this deployment ` +
        `would delete. Kill ${them} first. To deploy and leave the package where it is: ` +
        `pulumi up ${urns.map((urn) => `--exclude '${urn}'`).join(" ")}, then ` +
        urns.map((urn) => `pulumi state delete '${urn}'`).join(", "),
    ];
  });
}

function isDeletion({ op, oldState }: Step): boolean {
  return (op === "delete" || op === "delete-replaced") && oldState?.retainOnDelete !== true;
}

function isChange(step: Step): boolean {
  return step.op.startsWith("delete") ? isDeletion(step) : step.op !== "same" && step.op !== "refresh";
}
