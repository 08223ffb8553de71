import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { HeronCluster } from "./cluster";
import type { SchedulerArgs } from "./cluster-args";
import { loadStack, type StackDocument } from "./config/load";
import { planStack } from "./plan/stack";
import { projectRoot } from "./project";
import { HeronTopology } from "./topology";

/** What a stack tells of itself: `pulumi stack output --json`. */
export interface StackOutputs {
  readonly scheduler: string | undefined;
  readonly core: pulumi.Output<{ readonly uri: string; readonly sha256: string }>;
  readonly topologies: Readonly<Record<string, pulumi.Output<unknown>>>;
}

/**
 * The Pulumi program of a project that keeps its topologies in documents: deploys `stacks/<stack>.yaml`. All documents
 * are checked and all topologies planned before the first resource is registered, so that a mistake in one of them
 * changes nothing.
 * @throws UserError that lists every mistake
 */
export async function deployStack(): Promise<StackOutputs> {
  // The SDK takes a stack trace of each promise it makes and looks every frame up in source maps, of which we have none.
  delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  const root = projectRoot();
  const stack = loadStack(join(root, "stacks", `${pulumi.getStack()}.yaml`));
  await planStack(stack, `${pulumi.getProject()}/${pulumi.getStack()}`);
  return new Promise((resolve, reject) => {
    // The engine keeps the stack trace of each resource in its state: our callers would be repeated for every one.
    setImmediate(() => {
      try {
        resolve(register(stack));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
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
    topologies: Object.fromEntries(topologies.map((topology) => [topology.name, pulumi.output(topology.summary)])),
  };
}

function schedulerName({ webUrl, url, local }: SchedulerArgs): string | undefined {
  return local === undefined ? (webUrl ?? url) : "local";
}
