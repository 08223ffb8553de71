import { existsSync } from "node:fs";
import { join } from "node:path";
import { openCache } from "../../components/cache";
import { UserError } from "../../components/errors";
import { components } from "../../components/heron/definition";
import type { OldInputs } from "../../components/job/changes";
import { findPayload, type JobPayload } from "../../components/job/payload";
import { planJob, type TopologyPlan } from "../../components/plan/job";
import { prepareTopology } from "../../components/plan/prepare";
import { planStack } from "../../components/plan/stack";
import { documentOf } from "../environments/names";
import { documentedStack } from "../stack-document";
import type { FindPayload } from "./jobs";

/**
 * Finds payloads in the checkout's cache, else by planning the stack's documents, as on a machine that did not run the
 * preview. What ran before is found even by a fresh checkout where the documents, with the old numbers in them, make the
 * very tree that the state has the hash of.
 * @param root the project's folder
 * @param stack the Pulumi stack's name
 */
export function payloadFinder(root: string, stack: string): FindPayload {
  let planned: Promise<readonly TopologyPlan[]> | undefined;
  return async ({ payload, ...inputs }) => {
    if (payload === undefined) return undefined;
    const known = await findPayload(openCache(), payload);
    if (known !== undefined) return known;
    planned ??= planDocuments(root, stack);
    const plan = (await planned).find((each) => each.inputs.jobKey === inputs.jobKey);
    return (await findPayload(openCache(), payload)) ?? (plan && remade(plan, inputs));
  };
}

/**
 * No plans for a project without documents, such as a program that uses the library, nor for documents that are wrong:
 * their preview has failed, and the report says so.
 */
async function planDocuments(root: string, stack: string): Promise<readonly TopologyPlan[]> {
  if (!existsSync(documentOf(stack, join(root, "stacks")))) return [];
  const plans = await unlessWrong(async () => {
    const { document, owner } = documentedStack(stack, root);
    return planStack(document, owner);
  });
  return plans ?? [];
}

async function remade(plan: TopologyPlan, was: OldInputs): Promise<JobPayload | undefined> {
  const { parallelism = {}, containerNumber, packing, state, treeHash } = was;
  const { request, topology } = plan.prepared;
  const known = new Set(components(topology).map(({ name }) => name));
  if (Object.keys(parallelism).some((name) => !known.has(name))) return undefined;
  const { containerNumber: _, ...topologyArgs } = request.topology;
  const args = {
    ...topologyArgs,
    parallelism,
    ...(containerNumber !== undefined && { containerNumber }),
    ...(packing && { packing }),
    ...(state && { state }),
  };
  const again = await unlessWrong(async () =>
    planJob(await prepareTopology({ ...request, topology: args }), plan.uri, plan.inputs.owner),
  );
  return again !== undefined && again.inputs.treeHash === treeHash
    ? findPayload(openCache(), again.inputs.payload)
    : undefined;
}

/** Undefined for what cannot work, such as old numbers that do not fit a new definition. */
async function unlessWrong<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
