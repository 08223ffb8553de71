// A stand-in for Heron's executor and what it starts (stream manager, TManager, instances): it takes the real arguments,
// reads the real state tree and answers health checks, activate and deactivate, but processes no tuples.
import { fromBinary } from "@bufbuild/protobuf";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { PackingPlanSchema } from "../../../components/heron/proto/gen/packing_plan_pb";
import { type Flag, parseArguments, port } from "./arguments";
import { openState, type State } from "./state";
import { startTManager } from "./tmanager";

const planPollMs = 1000;

async function main(): Promise<void> {
  const args = parseArguments(process.argv.slice(2));
  const container = Number(args.get("shard"));
  const state = await openState(args.get("state-manager-connection") ?? "", args.get("state-manager-root") ?? "");
  await describePlan(args, state, container);
  const unregister = container === 0 ? await startTManager(args, state) : undefined;

  let leaving = false;
  const leave = async (why: string): Promise<void> => {
    if (leaving) return;
    leaving = true;
    console.log(`ending: ${why}`);
    await unregister?.();
    process.exit(0);
  };
  const leaveNow = (why: string): void => {
    leave(why).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  };
  process.on("SIGTERM", leaveNow);
  process.on("SIGINT", leaveNow);
  createServer((request, response) => {
    if (request.url === "/health") response.end("ok");
    else if (request.url === "/quitquitquit" || request.url === "/abortabortabort") {
      response.end();
      leaveNow(request.url);
    } else response.writeHead(404).end();
  }).listen(port(args, "shell-port"), "127.0.0.1");

  let known: string | undefined;
  for (;;) {
    const plan = await hostedInstances(args, state, container);
    if (plan !== undefined && plan !== known) {
      known = plan;
      console.log(plan);
    }
    await sleep(planPollMs);
  }
}

/** Waits for the packing plan: a container may be up before the plan that names it. */
async function describePlan(args: ReadonlyMap<Flag, string>, state: State, container: number): Promise<void> {
  while ((await hostedInstances(args, state, container)) === undefined) {
    console.log("waiting for the packing plan");
    await sleep(planPollMs);
  }
}

async function hostedInstances(
  args: ReadonlyMap<Flag, string>,
  state: State,
  container: number,
): Promise<string | undefined> {
  const bytes = await state.read(`packingplans/${args.get("topology-name") ?? ""}`);
  if (bytes === undefined) return undefined;
  const { containerPlans } = fromBinary(PackingPlanSchema, bytes);
  if (container === 0) return `container 0: TManager of ${containerPlans.length} containers`;
  const mine = containerPlans.find(({ id }) => id === container)?.instancePlans ?? [];
  const instances = mine.map(({ componentName, taskId }) => `${componentName}_${taskId}`);
  return `container ${container}: ${instances.length > 0 ? instances.join(", ") : "no instances in the packing plan"}`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
});
