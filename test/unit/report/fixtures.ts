import { create } from "@bufbuild/protobuf";
import { writeDefinition } from "../../../components/heron/definition";
import {
  ConfigValueType,
  Grouping,
  TopologySchema,
  TopologyState,
  Type,
} from "../../../components/heron/proto/gen/topology_pb";
import { maxContainerResources, pack, packingPlanToBytes, schedule } from "../../../components/heron/packing";
import { mebibyte } from "../../../components/heron/packing/units";
import type { AuroraJobInputs } from "../../../components/job/inputs";
import type { JobPayload } from "../../../components/job/payload";
import { buildReport } from "../../../scripts/report/build";
import type { Job } from "../../../scripts/report/jobs";
import type { Report } from "../../../scripts/report/model";
import type { RoleUse } from "../../../scripts/report/quota";
import type { JobSide } from "../../../scripts/report/side";
import type { Operation, Resource, Source } from "../../../scripts/report/source";

/** What a side of a job is made from; every name in it may be hostile. */
export interface SideSettings {
  readonly name?: string;
  readonly spout?: string;
  readonly bolt?: string;
  readonly stream?: string;
  readonly field?: string;
  readonly instances?: number;
  readonly containers?: number;
  readonly tier?: string;
  readonly inputs?: Partial<AuroraJobInputs>;
}

/** A spout of two instances and a bolt that reads its stream by a field, packed as Heron does. */
export function sideOf(settings: SideSettings = {}): JobSide & { readonly payload: JobPayload } {
  const { name = "Words", spout = "spout", bolt = "bolt", stream = "default", field = "word", tier } = settings;
  const { instances = 2, containers = 2 } = settings;
  return sideWith({ [spout]: 2, [bolt]: instances }, [{ from: spout, to: bolt, stream, field }], {
    name,
    containers,
    ...(tier !== undefined && { tier }),
    ...(settings.inputs && { inputs: settings.inputs }),
  });
}

/** A stream from one component to another: by a field, or shuffled. */
export interface StreamSettings {
  readonly from: string;
  readonly to: string;
  readonly stream?: string;
  readonly field?: string;
}

/** Components with their Heron instances, those that read nothing being spouts, packed as Heron does. */
export function sideWith(
  parallelism: Readonly<Record<string, number>>,
  streams: readonly StreamSettings[],
  settings: Pick<SideSettings, "tier" | "inputs"> & { readonly name: string; readonly containers: number },
): JobSide & { readonly payload: JobPayload } {
  const { name, containers, tier } = settings;
  const components = Object.entries(parallelism).map(([each, count]) => ({
    comp: {
      name: each,
      config: {
        kvs: [{ key: "topology.component.parallelism", value: String(count), type: ConfigValueType.STRING_VALUE }],
      },
    },
    inputs: streams
      .filter(({ to }) => to === each)
      .map(({ from, stream = "default", field }) => ({
        stream: { id: stream, componentName: from },
        gtype: field === undefined ? Grouping.SHUFFLE : Grouping.FIELDS,
        ...(field !== undefined && { groupingFields: { keys: [{ key: field, type: Type.OBJECT }] } }),
      })),
  }));
  const topology = create(TopologySchema, {
    id: "id",
    name,
    state: TopologyState.RUNNING,
    spouts: components.filter(({ inputs }) => inputs.length === 0).map(({ comp }) => ({ comp })),
    bolts: components.filter(({ inputs }) => inputs.length > 0),
    topologyConfig: {
      kvs: [{ key: "topology.stmgrs", value: String(containers), type: ConfigValueType.STRING_VALUE }],
    },
  });
  const plan = schedule(pack("RoundRobinPacking", topology));
  const { cpu, ram, disk } = maxContainerResources(plan);
  const inputs = {
    jobKey: `west/heron/prod/${name}`,
    instances: containers + 1,
    resources: { cpu, ramMb: ram / mebibyte, diskMb: disk / mebibyte },
    packing: "RoundRobinPacking",
    parallelism,
    state: "running",
    ...settings.inputs,
  } satisfies Partial<AuroraJobInputs>;
  const payload = {
    name,
    topology: Buffer.from(writeDefinition(topology)).toString("base64"),
    packingPlan: Buffer.from(packingPlanToBytes(plan)).toString("base64"),
    jobConfiguration: { taskConfig: { constraints: [], ...(tier !== undefined && { tier }) } },
  } as unknown as JobPayload;
  return { inputs, payload };
}

/** A job of that operation. */
export function job(operation: Operation, sides: Pick<Job, "before" | "after">): Job {
  const name = (sides.after ?? sides.before)?.inputs.jobKey ?? "";
  return { urn: `urn:pulumi:prod::shop::AuroraJob::${name}`, operation, ...sides };
}

/** The report of these jobs, and of what else changes. */
export function reportOf(
  jobs: readonly Job[],
  options: {
    readonly source?: Partial<Source>;
    readonly others?: readonly Resource[];
    readonly roles?: readonly RoleUse[];
    readonly unasked?: readonly string[];
  } = {},
): Report {
  const source: Source = {
    subject: "preview",
    stack: "shop/prod",
    resources: options.others ?? [],
    incomplete: false,
    unlisted: 0,
    ...options.source,
  };
  return buildReport(source, jobs, { roles: options.roles ?? [], unasked: options.unasked ?? [] });
}

/** One of each kind of change, and the sums of a role that has quota. */
export function everyChange(): Report {
  const running = sideOf();
  const named = (name: string, more: SideSettings = {}) => sideOf({ name, ...more });
  return reportOf(
    [
      job("same", { before: named("Stays"), after: named("Stays") }),
      job("create", { after: named("Comes", { inputs: { change: "submit 3 containers" } }) }),
      job("update", {
        before: named("Grows"),
        after: named("Grows", {
          instances: 4,
          containers: 3,
          tier: "preferred",
          inputs: { taskHash: "t", change: "scale out 3 → 4 containers" },
        }),
      }),
      job("update", {
        before: named("Rolls"),
        after: named("Rolls", {
          inputs: { taskHash: "new", change: "rolling restart of 3 containers, 1 at a time (core package)" },
        }),
      }),
      job("delete", { before: named("Goes") }),
      job("replace", {
        before: running,
        after: sideOf({ inputs: { change: "replace: kill west/heron/prod/Words, submit 3 containers" } }),
      }),
    ],
    {
      others: [
        {
          urn: "urn:pulumi:prod::shop::aws:s3/bucket:Bucket::packages",
          type: "aws:s3/bucket:Bucket",
          operation: "delete",
        },
      ],
      roles: [roleUse],
    },
  );
}

const none = { numCpus: 0, ramMb: 0, diskMb: 0 };

/** A role of 20 cores, 9 of them in use. */
export const roleUse: RoleUse = {
  cluster: "west",
  role: "heron",
  quota: {
    quota: { numCpus: 20, ramMb: 65_536, diskMb: 65_536 },
    prodShared: { numCpus: 9, ramMb: 12_288, diskMb: 43_008 },
    nonProdShared: none,
    prodDedicated: none,
    nonProdDedicated: none,
  },
};
