import { join } from "node:path";
import { formatJobKey, type JobKey } from "../../aurora/job-key";
import type { ConfValue } from "../../cluster-args";

/** Which topology a command of the `heron` CLI is about, and with what configuration. */
export interface CliTarget {
  readonly job: JobKey;
  /** Folder that holds the cluster's conf dir under the cluster's name. */
  readonly configPath: string;
}

/** What `heron submit` is told of a topology. */
export interface CliSubmission {
  /** Path of the user's package. */
  readonly package: string;
  readonly class: string;
  /** Arguments of the main. */
  readonly args: readonly string[];
  readonly state: "running" | "deactivated";
  readonly jvmProperties: Readonly<Record<string, string>>;
  readonly heronConfig: Readonly<Record<string, ConfValue>>;
  readonly verboseGc?: true;
  /** The release is told from the conf dir's `release.yaml`, not from the one of the CLI's installation. */
  readonly ownRelease?: true;
}

/**
 * Arguments of `heron submit`; `--deploy-deactivated` stands alone, the CLI itself puts a value behind it. Options stand between the first positional argument and the rest: whatever follows the
 * class belongs to the main.
 */
export function submitArguments(target: CliTarget, submission: CliSubmission): string[] {
  return [
    ...place("submit", target),
    ...(submission.state === "deactivated" ? ["--deploy-deactivated"] : []),
    ...(submission.ownRelease
      ? ["--release-yaml-file", join(target.configPath, target.job.cluster, "release.yaml")]
      : []),
    ...(submission.verboseGc ? ["--verbose_gc"] : []),
    ...pairs("--config-property", submission.heronConfig),
    ...pairs("--topology-main-jvm-property", submission.jvmProperties),
    submission.package,
    submission.class,
    ...submission.args,
  ];
}

export function killArguments(target: CliTarget): string[] {
  return [...place("kill", target), target.job.name];
}

export function stateArguments(target: CliTarget, state: "running" | "deactivated"): string[] {
  return [...place(state === "running" ? "activate" : "deactivate", target), target.job.name];
}

/** @param container its number; without one, all of them */
export function restartArguments(target: CliTarget, container?: number): string[] {
  return [...place("restart", target), target.job.name, ...(container === undefined ? [] : [String(container)])];
}

/** What `heron update` is to change of a topology's size. */
export interface CliScaling {
  /** Components that change, with their new number of Heron instances. */
  readonly parallelism: Readonly<Record<string, number>>;
  /** Containers beside container 0. */
  readonly containerNumber?: number;
}

export function scalingArguments(target: CliTarget, { parallelism, containerNumber }: CliScaling): string[] {
  const components = Object.entries(parallelism).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...place("update", target),
    ...components.map(([component, count]) => `--component-parallelism=${component}:${count}`),
    ...(containerNumber === undefined ? [] : [`--container-number=${containerNumber}`]),
    target.job.name,
  ];
}

/** @param values by `key` or `component:key` */
export function runtimeConfigArguments(target: CliTarget, values: Readonly<Record<string, string>>): string[] {
  const changes = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...place("update", target),
    ...changes.map(([key, value]) => `--runtime-config=${key}:${value}`),
    target.job.name,
  ];
}

function place(command: string, { job, configPath }: CliTarget): string[] {
  const key = formatJobKey(job);
  return [command, key.slice(0, key.lastIndexOf("/")), "--config-path", configPath];
}

function pairs(flag: string, values: Readonly<Record<string, ConfValue>>): string[] {
  return Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => [flag, `${key}=${String(value)}`]);
}
