import { type DescMessage, type MessageShape, create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { UserError } from "../../errors";
import { type ExecutionState, ExecutionStateSchema } from "../proto/gen/execution_state_pb";
import { PackingPlanSchema } from "../proto/gen/packing_plan_pb";
import { PhysicalPlanSchema } from "../proto/gen/physical_plan_pb";
import { SchedulerLocationSchema } from "../proto/gen/scheduler_pb";
import { TManagerLocationSchema } from "../proto/gen/tmanager_pb";
import { TopologySchema } from "../proto/gen/topology_pb";

/** What the nodes of a directory hold. */
export const schemas = {
  topologies: TopologySchema,
  packingplans: PackingPlanSchema,
  executionstate: ExecutionStateSchema,
  schedulers: SchedulerLocationSchema,
  tmanagers: TManagerLocationSchema,
  pplans: PhysicalPlanSchema,
} as const;

/** What Heron's execution state says of a submission; the topology's name is its node's. */
export interface ExecutionStateArgs {
  readonly topologyId: string;
  /** Of the first submission, in seconds since 1970. The one in the tree stays when the same topology is written again. */
  readonly submissionTime: number;
  readonly submissionUser: string;
  readonly cluster: string;
  readonly environment: string;
  readonly role: string;
  /** Of the Heron core package: who built it, and its version. */
  readonly release: { readonly user: string; readonly version: string };
}

/** Bytes as Heron's submitter writes them: the release's tag is there, empty. */
export function encodeExecutionState(topology: string, args: ExecutionStateArgs): Uint8Array {
  return toBinary(
    ExecutionStateSchema,
    create(ExecutionStateSchema, {
      topologyName: topology,
      topologyId: args.topologyId,
      submissionTime: BigInt(args.submissionTime),
      submissionUser: args.submissionUser,
      cluster: args.cluster,
      environ: args.environment,
      role: args.role,
      releaseState: { releaseUsername: args.release.user, releaseTag: "", releaseVersion: args.release.version },
    }),
  );
}

/** Heron's words for a scheduler that is a library in its client, as Aurora's is, and so has no address. */
const noEndpoint = "scheduler_as_lib_no_endpoint";

export function encodeSchedulerLocation(topology: string, jobPageLinks: readonly string[]): Uint8Array {
  return toBinary(
    SchedulerLocationSchema,
    create(SchedulerLocationSchema, {
      topologyName: topology,
      httpEndpoint: noEndpoint,
      jobPageLink: [...jobPageLinks],
    }),
  );
}

/** @throws UserError that names `node` when `bytes` are no such message */
export function decode<Desc extends DescMessage>(schema: Desc, bytes: Uint8Array, node: string): MessageShape<Desc> {
  const result = parse(schema, bytes);
  if ("problem" in result) {
    throw new UserError(
      `${node} holds no ${schema.typeName}: ${result.problem}. Something else wrote there, or a write was cut off. ` +
        `Delete the node and run again: what belongs there is written anew.`,
    );
  }
  return result.message;
}

/** The execution state in `bytes`; undefined when they are none. */
export function executionStateIn(bytes: Uint8Array): ExecutionState | undefined {
  const result = parse(ExecutionStateSchema, bytes);
  return "message" in result ? result.message : undefined;
}

function parse<Desc extends DescMessage>(
  schema: Desc,
  bytes: Uint8Array,
): { message: MessageShape<Desc> } | { problem: string } {
  try {
    const message = fromBinary(schema, bytes);
    // Reading does not miss required fields, as Heron's own would; writing does.
    toBinary(schema, message);
    return { message };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
