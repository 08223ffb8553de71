import { readDefinition } from "../../components/heron/definition";
import { type PackingPlan, packingPlanFromBytes } from "../../components/heron/packing";
import { mebibyte } from "../../components/heron/packing/units";
import type { OldInputs } from "../../components/job/changes";
import type { JobPayload } from "../../components/job/payload";
import { takesQuota } from "../../components/quota/amounts";
import { containersOf, nothing, times } from "./containers";
import { graphOf } from "./graph";
import type { BeforeAfter, Drawing, Side } from "./model";
import { visible } from "./visible";

/** One side of a job's change: what the engine keeps of it, and what went into the state tree where that is at hand. */
export interface JobSide {
  readonly inputs: OldInputs;
  readonly payload?: JobPayload;
}

/** Both sides of a job, for showing. */
export function sidesOf({ before, after }: BeforeAfter<JobSide>): BeforeAfter<Side> {
  const [was, will] = [planOf(before), planOf(after)];
  return {
    ...(before && { before: sideOf(before, was, will, "gone") }),
    ...(after && { after: sideOf(after, will, was, "new") }),
  };
}

function sideOf(
  { inputs, payload }: JobSide,
  plan: PackingPlan | undefined,
  other: PackingPlan | undefined,
  otherwise: "new" | "gone",
): Side {
  const { resources, instances = 0 } = inputs;
  const each = resources
    ? { cpu: resources.cpu, ram: resources.ramMb * mebibyte, disk: resources.diskMb * mebibyte }
    : nothing;
  // A job that was scaled by others, or drifted, has other containers than the plan that it was deployed with.
  const fits = plan?.containers.length === instances - 1;
  const drawing = payload && plan && fits ? drawingOf(payload, plan, other, otherwise) : undefined;
  const task = payload?.jobConfiguration.taskConfig;
  return {
    total: { containers: instances, resources: times(each, instances) },
    each,
    parallelism:
      drawing?.graph.components.map((component) => [component.name, component.instances] as const) ??
      Object.entries(inputs.parallelism ?? {}).map(([name, count]) => [visible(name), count] as const),
    settings: settingsOf(inputs),
    ...(drawing && { drawing }),
    ...(task && { takesQuota: takesQuota(task) }),
  };
}

function drawingOf(
  payload: JobPayload,
  plan: PackingPlan,
  other: PackingPlan | undefined,
  otherwise: "new" | "gone",
): Drawing {
  const topology = readDefinition(Buffer.from(payload.topology, "base64"), payload.name);
  return { graph: graphOf(topology), containers: containersOf(plan, other, otherwise) };
}

function planOf(side: JobSide | undefined): PackingPlan | undefined {
  return side?.payload && packingPlanFromBytes(Buffer.from(side.payload.packingPlan, "base64"));
}

/** Only these: an input may be a text of the user's, or an address with a password in it. */
function settingsOf({ state, packing, corePackage, topologyPackage, topologyId }: OldInputs): [string, string][] {
  const settings: [string, string | undefined][] = [
    ["state", state],
    ["packing", packing],
    ["core package", fileName(corePackage)],
    ["topology package", fileName(topologyPackage)],
    ["topology id", topologyId],
  ];
  return settings.flatMap(([label, value]) => (value === undefined ? [] : [[label, visible(value)]]));
}

/** The last part of a URI's path, with the beginning of the hash in it. */
function fileName(uri: string | undefined): string | undefined {
  return uri
    ?.replace(/[?#].*$/s, "")
    .replace(/^.*\//s, "")
    .replace(/([0-9a-f]{16})[0-9a-f]{48}/, "$1…");
}
