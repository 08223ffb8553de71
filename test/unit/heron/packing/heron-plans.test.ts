import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import {
  componentRamMap,
  pack,
  type PackingPlan,
  repack,
  type Resources,
  schedule,
} from "../../../../components/heron/packing";
import type { PackingAlgorithm } from "../../../../components/topology-args";
import { repoRoot } from "../../../support/paths";
import { topologyOf } from "./synthetic-topology";

/**
 * Recorded from Heron's own classes on OpenJDK 17, for topologies drawn at random: crowded containers, fractions of
 * cores, gaps in container ids. `updates` follow one upon the other, each on the scheduled plan as read back from the
 * state tree; `plans` are digests of the plans' texts, the first before any update.
 */
interface Recording {
  readonly algorithm: PackingAlgorithm;
  readonly parallelism: Readonly<Record<string, number>>;
  readonly config: Readonly<Record<string, string | number>>;
  readonly updates: readonly Readonly<Record<string, number>>[];
  readonly plans: readonly string[];
}

const recordings = JSON.parse(
  readFileSync(join(repoRoot, "test", "unit", "heron", "packing", "heron-plans.recorded.json"), "utf8"),
) as Recording[];

/** The plan to the last bit and in its order: `ram map|id:resources;component,task,index,resources;…|…`. */
function textOf(plan: PackingPlan): string {
  const containers = plan.containers.map(({ id, requiredResource, instances }) => {
    const texts = instances.map(({ component, taskId, componentIndex, resource }) =>
      [component, taskId, componentIndex, textOfResources(resource)].join(),
    );
    return [`${id}:${textOfResources(requiredResource)}`, ...texts].join(";");
  });
  const ramMap = [...componentRamMap(plan)].map(([name, ram]) => `${name}:${ram}`).join(",");
  return [ramMap, ...containers].join("|");
}

function textOfResources({ cpu, ram, disk }: Resources): string {
  const bits = Buffer.alloc(8);
  bits.writeDoubleBE(cpu);
  return [bits.readBigUInt64BE().toString(16), ram, disk].join();
}

function digest(plan: PackingPlan): string {
  return createHash("sha256").update(textOf(plan)).digest("hex").slice(0, 16);
}

describe("plans through several updates", () => {
  for (const [index, { algorithm, parallelism, config, updates, plans }] of recordings.entries()) {
    it(`are those of Heron's ${algorithm}, to the last bit and in its order (recording ${index})`, () => {
      const topology = topologyOf(parallelism, config);
      const made = [pack(algorithm, topology)];
      for (const update of updates) made.push(repack(algorithm, topology, schedule(made.at(-1)!), update));
      assert.deepEqual(made.map(digest), plans);
    });
  }

  it("were recorded for every algorithm", () => {
    assert.equal(recordings.length, 24);
  });
});
