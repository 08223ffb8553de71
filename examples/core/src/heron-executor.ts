// A stand-in for Heron's executor and what it starts (TManager, stream manager, shell, instances). It takes the real
// arguments, reads the real state tree and answers what Aurora and Heron's tools ask, but processes no tuples.
import { access } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type PackingPlan, PackingPlanSchema } from "../../../components/heron/proto/gen/packing_plan_pb";
import { type ExecutorArguments, parseArguments, UsageError } from "./arguments";
import { hostedInstances, registerContainer } from "./container";
import { isLoopback, serve } from "./http";
import { localTree } from "./local-tree";
import { shell } from "./shell";
import { readMessage, type StateTree } from "./state-tree";
import { TManager } from "./tmanager";
import { zookeeperTree } from "./zookeeper-tree";

const pollMs = 1000;
const answerMs = 100;
const local = "LOCALMODE";

async function main(): Promise<void> {
  const args = parseArguments(process.argv.slice(2));
  log(args, "a stand-in for Heron's own binaries: it processes no tuples");
  if (args.componentsWithJvmOptions.length > 0) {
    log(args, `JVM options are given for ${args.componentsWithJvmOptions.join(", ")}`);
  }
  await Promise.all(args.files.map(requireFile));

  const tree = await openTree(args);
  const host = advertisedHost(args);
  const tmanager = args.container === 0 ? new TManager(args, host, tree, (line) => log(args, line)) : undefined;
  const leave = onLeaving(args, async () => {
    await tmanager?.leave();
    tree.close();
  });

  let plan = await firstPlan(args, tree);
  if (tmanager !== undefined) {
    await serve(host, args.controllerPort, tmanager.controller);
    await serve(host, args.serverPort, tmanager.server);
    await tmanager.use(plan);
    await tmanager.register();
  }
  // Healthy from here on: what Aurora starts by this is there.
  await serve(host, args.shellPort, shell(args.topologyId, leave));

  let hosted: string | undefined;
  let registeredAt: string | undefined;
  for (;;) {
    plan = (await readPlan(args, tree)) ?? plan;
    await tmanager?.use(plan);
    const hosts = hostedInstances(plan, args.container);
    if (hosts !== hosted) log(args, hosts);
    hosted = hosts;
    if (tmanager === undefined) {
      const place = await registerContainer(args, host, tree);
      if (place !== undefined && place !== registeredAt) log(args, `registered with the TManager at ${place}`);
      registeredAt = place;
    }
    await sleep(pollMs);
  }
}

function openTree(args: ExecutorArguments): Promise<StateTree> {
  const { stateManagerConnection: connection, stateManagerRoot: root } = args;
  if (connection === local) return Promise.resolve(localTree(root));
  return zookeeperTree(connection, root, (why) => {
    fail(new Error(why));
  });
}

/**
 * The name that other machines reach this one by: $HOST where it is given, as Heron's executor takes it. A state tree that
 * only this machine has means that there are no others.
 */
function advertisedHost({ stateManagerConnection }: ExecutorArguments): string {
  const oneMachine = stateManagerConnection
    .split(",")
    .every((server) => server === local || isLoopback(server.replace(/[:/].*/, "")));
  return process.env.HOST ?? (oneMachine ? "127.0.0.1" : hostname());
}

/** A container may be up before the plan is there. */
async function firstPlan(args: ExecutorArguments, tree: StateTree): Promise<PackingPlan> {
  let plan = await readPlan(args, tree);
  if (plan === undefined) log(args, `waiting for the packing plan of ${args.topologyId}`);
  while (plan === undefined) {
    await sleep(pollMs);
    plan = await readPlan(args, tree);
  }
  return plan;
}

/** The packing plan, if it is of this topology. */
async function readPlan(
  { topologyName, topologyId }: ExecutorArguments,
  tree: StateTree,
): Promise<PackingPlan | undefined> {
  const plan = await readMessage(tree, PackingPlanSchema, `packingplans/${topologyName}`);
  return plan?.id === topologyId ? plan : undefined;
}

async function requireFile(file: string): Promise<void> {
  await access(file).catch(() => {
    throw new Error(`${file} is not in the container: was the topology package fetched and unpacked?`);
  });
}

/**
 * Ends this process when it is told to, once `clean` is done.
 * @returns ends it soon: when who asks has got an answer
 */
function onLeaving(args: ExecutorArguments, clean: () => Promise<void>): (why: string) => void {
  let leaving = false;
  const leave = (why: string): void => {
    if (leaving) return;
    leaving = true;
    log(args, `leaving: ${why}`);
    clean().then(() => process.exit(0), fail);
  };
  process.on("SIGTERM", leave).on("SIGINT", leave);
  return (why) => {
    setTimeout(() => leave(why), answerMs);
  };
}

function log({ container }: ExecutorArguments, line: string): void {
  console.log(`${new Date().toISOString()} container ${container}: ${line}`);
}

function fail(error: unknown): void {
  console.error(`heron-executor: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

main().catch(fail);
