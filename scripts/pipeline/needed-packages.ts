import type { AuroraClient } from "../../components/aurora/client";
import { formatJobKey, type JobKey } from "../../components/aurora/job-key";
import type { Preview } from "./preview-steps";

/** A package that a deployment would take out of the store. */
export interface DeletedPackage {
  readonly urn: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A job, and all that its tasks run. */
export interface RunningJob {
  readonly key: string;
  readonly runs: string;
}

type Step = NonNullable<Preview["steps"]>[number];

/** The packages that the previewed deployment deletes, told by the hash in their names; what is retained is only forgotten. */
export function deletedPackages({ steps = [] }: Preview): DeletedPackage[] {
  return steps.filter(isDeletion).flatMap(({ urn, oldState }) => {
    const sha256 = /-([0-9a-f]{64})\.tar\.gz"/.exec(JSON.stringify(oldState?.inputs ?? {}))?.[1];
    return sha256 === undefined ? [] : [{ urn, sha256 }];
  });
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
  return packages.flatMap(({ urn, sha256 }) => {
    const on = staying.filter(({ runs }) => runs.includes(sha256)).map(({ key }) => key);
    if (on.length === 0) return [];
    return [
      `${on.join(", ")} still ${on.length === 1 ? "runs" : "run"} on the package ${sha256.slice(0, 12)}…, which this deployment ` +
        `would delete. Kill ${on.length === 1 ? "it" : "them"} first. To deploy and leave the package where it is: pulumi up --exclude '${urn}', then ` +
        `pulumi state delete '${urn}'`,
    ];
  });
}

/** The active jobs of a role, whoever has submitted them. */
export async function runningJobs(aurora: AuroraClient, cluster: string, role: string): Promise<RunningJob[]> {
  const running: RunningJob[] = [];
  for (const { job, active, pending } of await aurora.jobs(role)) {
    if (active + pending > 0) running.push(await withTasks(aurora, { ...job, cluster }));
  }
  return running;
}

async function withTasks(aurora: AuroraClient, job: JobKey): Promise<RunningJob> {
  const tasks = await aurora.tasks(job, { active: true, withConfig: true });
  return { key: formatJobKey(job), runs: JSON.stringify(tasks.map(({ config }) => config?.executorConfig)) };
}

function isDeletion({ op, oldState }: Step): boolean {
  return op === "delete" && oldState?.retainOnDelete !== true;
}

function isChange(step: Step): boolean {
  return step.op === "delete" ? isDeletion(step) : step.op !== "same" && step.op !== "refresh";
}
