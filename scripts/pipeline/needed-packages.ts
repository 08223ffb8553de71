import { jobsOn, type PackagePlace, pathPlace, type RunningJob } from "../../components/artifacts/use/running-jobs";
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
    const place = placeIn(oldState?.inputs ?? {});
    const sha256 = /-([0-9a-f]{64})\.tar\.gz$/.exec(place?.at(-1) ?? "")?.[1];
    if (place === undefined || sha256 === undefined) continue;
    const key = JSON.stringify(place);
    found.set(key, { place, sha256, urns: [...(found.get(key)?.urns ?? []), urn] });
  }
  return [...found.values()];
}

/** Of an object in S3 or the hold on one, or of a file in HDFS. */
function placeIn(inputs: Readonly<Record<string, unknown>>): PackagePlace | undefined {
  const { bucket, key, hold, file } = inputs as Partial<Record<string, unknown>> & {
    readonly hold?: { readonly bucket?: unknown; readonly key?: unknown };
    readonly file?: { readonly path?: unknown };
  };
  if (typeof file?.path === "string") return pathPlace(file.path);
  const object = [hold?.bucket ?? bucket, hold?.key ?? key];
  return object.every((text) => typeof text === "string") ? object : undefined;
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
      `${on.join(", ")} still ${on.length === 1 ? "runs" : "run"} on the package ${sha256.slice(0, 12)}…, which this deployment ` +
        `would delete. Kill ${them} first. To deploy and leave the package where it is: ` +
        `pulumi up ${urns.map((urn) => `--exclude '${urn}'`).join(" ")}, then ` +
        urns.map((urn) => `pulumi state delete '${urn}'`).join(", "),
    ];
  });
}

function isDeletion({ op, oldState }: Step): boolean {
  return op === "delete" && oldState?.retainOnDelete !== true;
}

function isChange(step: Step): boolean {
  return step.op === "delete" ? isDeletion(step) : step.op !== "same" && step.op !== "refresh";
}
