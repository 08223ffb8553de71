import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";

/**
 * What every refresh and every destroy of every job looks at in Heron's messages, read where the bytes are: the messages'
 * schemas are slow to load, and a physical plan has a line for each Heron instance.
 */

/** Numbers of Heron's fields. */
const fields = {
  submissionTime: 3, // of ExecutionState
  ownership: { topologyName: 1, topologyId: 2, cluster: 5, environ: 6, role: 7 }, // of ExecutionState, all required
  topology: 1, // of PhysicalPlan
  state: 5, // of Topology
} as const;

/** Heron's TopologyState. */
const states: ReadonlyMap<number, TopologyStateName> = new Map([
  [1, "RUNNING"],
  [2, "PAUSED"],
  [3, "KILLED"],
]);

export type TopologyStateName = "RUNNING" | "PAUSED" | "KILLED";

/** An execution state whose submission time is 0; what is no message stays as it is. */
export function withoutTime(executionState: Uint8Array): Uint8Array {
  const [reader, writer] = [new BinaryReader(executionState), new BinaryWriter()];
  try {
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      const value = reader.skip(type, field);
      writer.tag(field, type);
      if (field === fields.submissionTime) writer.int64(0);
      else writer.raw(value);
    }
  } catch {
    return executionState;
  }
  return writer.finish();
}

/** What an execution state says of whose the topology is. */
export type Ownership = Readonly<Record<keyof typeof fields.ownership, string>>;

/** Whose the topology of an execution state is; undefined in what is none. */
export function ownershipIn(executionState: Uint8Array): Ownership | undefined {
  const found = new Map<number, string>();
  const wanted: readonly number[] = Object.values(fields.ownership);
  try {
    const reader = new BinaryReader(executionState);
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (wanted.includes(field)) found.set(field, reader.string());
      else reader.skip(type, field);
    }
  } catch {
    return undefined;
  }
  if (found.size < wanted.length) return undefined;
  return Object.fromEntries(
    Object.entries(fields.ownership).map(([name, field]) => [name, found.get(field)]),
  ) as Ownership;
}

/** The state that a physical plan's topology is in; undefined in what is no physical plan. */
export function topologyStateIn(physicalPlan: Uint8Array): TopologyStateName | undefined {
  try {
    const topology = lastOf(fields.topology, new BinaryReader(physicalPlan), (reader) => reader.bytes());
    const state = topology && lastOf(fields.state, new BinaryReader(topology), (reader) => reader.int32());
    return state === undefined ? undefined : states.get(state);
  } catch {
    return undefined;
  }
}

function lastOf<T>(wanted: number, reader: BinaryReader, read: (reader: BinaryReader) => T): T | undefined {
  let found: T | undefined;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted) found = read(reader);
    else reader.skip(type, field);
  }
  return found;
}
