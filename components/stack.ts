import { join } from "node:path";
import type { BucketPlace } from "./artifacts/s3/address";
import { HeronCluster } from "./cluster";
import { parseJobKey } from "./aurora/job-key";
import type { SchedulerArgs } from "./cluster-args";
import { loadStack, type StackDocument } from "./config/load";
import { planStack } from "./plan/stack";
import { projectRoot } from "./project";
import type { TopologyPages } from "./job/pages";
import { HeronTopology, type TopologySummary } from "./topology";
import * as pulumi from "./pulumi";

/** What a stack tells of itself: `pulumi stack output --json`. */
export interface StackOutputs {
  /** Its address, or `local`; undefined for one that is found by ZooKeeper. */
  readonly scheduler: string | undefined;
  /** Where agents fetch the core package, and what it hashes to. */
  readonly core: pulumi.Output<{ readonly uri: string; readonly sha256: string }>;
  /** Where in S3 packages lie, for another stack that uses the bucket; absent where they lie elsewhere. */
  readonly artifacts?: BucketPlace;
  /** By name. What a topology is made of is in its resources alone: the engine writes a stack's outputs at each step. */
  readonly topologies: pulumi.Output<Readonly<Record<string, TopologyLinks>>>;
}

/** A topology's job key, and the pages that show it. */
export interface TopologyLinks extends TopologyPages {
  /** `cluster/role/environment/name`. */
  readonly jobKey: string;
}

/**
 * The Pulumi program of a project that keeps its topologies in documents: deploys `stacks/<stack>.yaml`. All documents
 * are checked and all topologies planned before the first resource is registered, so that a mistake in one of them
 * changes nothing.
 * @throws UserError that lists every mistake
 */
export async function deployStack(): Promise<StackOutputs> {
  // The SDK takes a stack trace of each promise it makes and looks every frame up in source maps, of which we have none.
  delete errors.prepareStackTrace;
  const root = projectRoot();
  const stack = loadStack(join(root, "stacks", `${pulumi.getStack()}.yaml`));
  await planStack(stack, `${pulumi.getProject()}/${pulumi.getStack()}`);
  return withoutStackTraces(() => register(stack));
}

const errors: { prepareStackTrace?: (error: Error, frames: NodeJS.CallSite[]) => unknown } = Error;

/**
 * Runs `work`, whose resources the engine then keeps without a stack trace: one that says where in this library a document
 * was read would be a fifth of a stack's state, and names folders of the machine where the library is linked.
 */
function withoutStackTraces<T>(work: () => T): T {
  errors.prepareStackTrace = String;
  try {
    return work();
  } finally {
    delete errors.prepareStackTrace;
  }
}

function register(stack: StackDocument): StackOutputs {
  const cluster = new HeronCluster(stack.cluster.cluster, stack.cluster, {
    baseDirectory: stack.baseDirectory,
    // A topology that is left behind goes on fetching the core package.
    retainOnDelete: stack.topologies.some(({ args }) => args.retainOnDelete === true),
  });
  const topologies: HeronTopology[] = [];
  for (const { args, baseDirectory } of stack.topologies)
    topologies.push(new HeronTopology(args.name, { ...args, cluster }, { baseDirectory }));
  return {
    scheduler: schedulerName(stack.cluster.scheduler),
    core: cluster.core,
    ...(cluster.artifacts !== undefined && { artifacts: cluster.artifacts }),
    topologies: pulumi
      .all(topologies.map(({ summary }) => summary))
      .apply((all) => Object.fromEntries(all.map((summary) => [parseJobKey(summary.jobKey).name, linksOf(summary)]))),
  };
}

function linksOf({ jobKey, jobPage, uiPage, trackerPage }: TopologySummary): TopologyLinks {
  return {
    jobKey,
    ...(jobPage !== undefined && { jobPage }),
    ...(uiPage !== undefined && { uiPage }),
    ...(trackerPage !== undefined && { trackerPage }),
  };
}

function schedulerName({ webUrl, url, local }: SchedulerArgs): string | undefined {
  return local === undefined ? (webUrl ?? url) : "local";
}
