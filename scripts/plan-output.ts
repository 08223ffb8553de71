import type { JobConfiguration } from "../components/aurora/job-configuration";
import type { ExplainedStack, ExplainedValue } from "../components/config/provenance";
import { describePlan, type PackingPlan } from "../components/heron/packing";
import type { TopologyPlan } from "../components/plan/job";

/** A topology's plan for machines. */
export function planData({ prepared, jobConfiguration }: TopologyPlan): {
  readonly packingPlan: object;
  readonly jobConfiguration: JobConfiguration;
} {
  return { packingPlan: describePlan(prepared.packing.plan), jobConfiguration };
}

/** A packing plan for eyes: a line for each container. */
export function packingTable(plan: PackingPlan): string {
  const rows = [...plan.containers]
    .sort((a, b) => a.id - b.id)
    .map(({ id, requiredResource, scheduledResource, instances }) => {
      const { cpu, ram, disk } = scheduledResource ?? requiredResource;
      const counts = new Map<string, number>();
      for (const { component } of instances) counts.set(component, (counts.get(component) ?? 0) + 1);
      const held = [...counts].map(([component, count]) => `${component} ×${count}`).join(", ");
      return [String(id), String(cpu), gibibytes(ram), gibibytes(disk), held];
    });
  return table([["container", "cpu", "ram", "disk", "instances"], ...rows]);
}

/** A topology's plan for eyes. */
export function planText({ prepared, inputs, uri }: TopologyPlan): string {
  const { packing, file, request } = prepared;
  const { cpu, ram, disk } = packing.container;
  const { gpus = 0 } = request.topology;
  return [
    `${inputs.jobKey}  (${inputs.topologyId})`,
    "",
    packingTable(packing.plan),
    `container 0 runs the TManager with the same: ${cpu} cores, ${gibibytes(ram)} ram, ${gibibytes(disk)} disk`,
    "",
    ...(gpus === 0 ? [] : [`GPUs              ${gpus} for each container`]),
    `core package      ${request.core.uri}`,
    `topology package  ${uri} (${file.size} bytes)`,
  ].join("\n");
}

/** For eyes: a line for each value of a stack, with the document that says it, or that it is a default. */
export function explanation({ cluster, topologies }: Partial<ExplainedStack>): string {
  const parts: readonly (readonly [string, readonly ExplainedValue[]])[] = [
    ...(cluster === undefined ? [] : [["the cluster", cluster] as const]),
    ...Object.entries(topologies ?? {}),
  ];
  return parts.map(([title, values]) => `${title}\n\n${table(values.map(explainedRow))}`).join("\n\n\n");
}

function explainedRow({ path, value, document, at, scale }: ExplainedValue): readonly string[] {
  if (document === undefined) return [path, JSON.stringify(value), "default"];
  const from = at === path ? document : `${document}: ${at}`;
  return [path, JSON.stringify(value), scale === undefined ? from : `${from}, scaled by ${scale}`];
}

function gibibytes(bytes: number): string {
  return `${Math.round((bytes / 1024 ** 3) * 100) / 100} GiB`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
