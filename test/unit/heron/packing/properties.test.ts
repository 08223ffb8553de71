import assert from "node:assert/strict";

import fc from "fast-check";

import { UserError } from "../../../../components/errors";
import type { Topology } from "../../../../components/heron/definition";
import { componentCounts, pack, type PackingPlan, repack } from "../../../../components/heron/packing";
import { type PackingAlgorithm, packingAlgorithms } from "../../../../components/topology-args";
import { syntheticTopology, topologyOf } from "./synthetic-topology";

const gibibyte = 2 ** 30;
const names = ["source", "parse", "count", "store", "AaBB", "BBAa"];

const parallelisms = fc.dictionary(fc.constantFrom(...names), fc.integer({ min: 1, max: 12 }), { minKeys: 1 });

const topologies = fc
  .record({
    parallelism: parallelisms,
    containers: fc.integer({ min: 1, max: 8 }),
    ram: fc.integer({ min: 3, max: 40 }).map((gib) => gib * gibibyte),
    cpu: fc.constantFrom(2, 4.5, 8, 30.1),
    disk: fc.integer({ min: 3, max: 40 }).map((gib) => gib * gibibyte),
    instanceRam: fc.integer({ min: 100, max: 3000 }).map((mib) => mib * 2 ** 20),
    instanceCpu: fc.constantFrom(0.05, 0.1, 0.3, 1, 2.5),
  })
  .map(({ parallelism, containers, ram, cpu, disk, instanceRam, instanceCpu }) =>
    topologyOf(parallelism, {
      "topology.stmgrs": containers,
      "topology.container.ram": ram,
      "topology.container.cpu": cpu,
      "topology.container.disk": disk,
      "topology.container.max.instances": 30,
      "topology.component.rammap": `${Object.keys(parallelism)[0]}:${instanceRam}`,
      "topology.component.cpumap": `${Object.keys(parallelism)[0]}:${instanceCpu}`,
    }),
  );

const growingAlgorithms = ["ResourceCompliantRRPacking", "FirstFitDecreasingPacking"] as const;

/** The plan, or undefined where the topology cannot be packed. */
function attempt(work: () => PackingPlan): PackingPlan | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return undefined;
  }
}

/** What a component's instances are in the plan: `component/task/index@container`, sorted. */
function placements(plan: PackingPlan): string[] {
  return plan.containers
    .flatMap(({ id, instances }) =>
      instances.map(({ component, taskId, componentIndex }) => `${component}/${taskId}/${componentIndex}@${id}`),
    )
    .sort();
}

function assertEveryInstanceOnce(plan: PackingPlan, parallelism: ReadonlyMap<string, number>): void {
  const instances = plan.containers.flatMap((container) => container.instances);
  const total = [...parallelism.values()].reduce((sum, count) => sum + count, 0);
  const taskIds = instances.map(({ taskId }) => taskId).sort((a, b) => a - b);
  assert.deepEqual(taskIds, range(1, total));
  for (const [name, count] of parallelism) {
    const indices = instances.filter(({ component }) => component === name).map(({ componentIndex }) => componentIndex);
    assert.deepEqual(
      indices.sort((a, b) => a - b),
      range(0, count - 1),
    );
  }
  const ids = plan.containers.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(plan.containers.every((container) => container.instances.length > 0));
}

function assertWithinRequirements(plan: PackingPlan): void {
  for (const { id, instances, requiredResource } of plan.containers) {
    const ram = instances.reduce((sum, { resource }) => sum + resource.ram, 0);
    const cpu = instances.reduce((sum, { resource }) => sum + resource.cpu, 0);
    // Shares are rounded to whole bytes, each by at most a half.
    assert.ok(ram <= requiredResource.ram + instances.length / 2, `container ${id}: ${ram} bytes`);
    assert.ok(cpu <= requiredResource.cpu + 1e-9, `container ${id}: ${cpu} cores`);
  }
}

function assertWithinCapacity(plan: PackingPlan, topology: Topology): void {
  const limit = (key: string) => Number(topology.topologyConfig?.kvs.find((entry) => entry.key === key)?.value);
  for (const { requiredResource } of plan.containers) {
    assert.ok(requiredResource.ram <= limit("topology.container.ram"));
    assert.ok(requiredResource.disk <= limit("topology.container.disk"));
    assert.ok(requiredResource.cpu <= Math.round(limit("topology.container.cpu")));
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

function definedCounts(topology: Topology): Map<string, number> {
  return new Map(
    [...topology.spouts, ...topology.bolts].map(({ comp }) => [comp!.name, Number(comp!.config!.kvs[0]!.value)]),
  );
}

for (const algorithm of packingAlgorithms) {
  describe(`a plan of ${algorithm}`, () => {
    it("places every instance once, within what its container requires", () => {
      let packed = 0;
      fc.assert(
        fc.property(topologies, (topology) => {
          const plan = attempt(() => pack(algorithm, topology));
          if (plan === undefined) return;
          packed += 1;
          assertEveryInstanceOnce(plan, definedCounts(topology));
          assertWithinRequirements(plan);
        }),
        { numRuns: 300, seed: 1 },
      );
      assert.ok(packed > 50, `only ${packed} topologies could be packed`);
    });

    it("is repacked to the counts asked for", () => {
      let repacked = 0;
      fc.assert(
        fc.property(topologies, parallelisms, (topology, wishes) => {
          const plan = attempt(() => pack(algorithm, topology));
          if (plan === undefined) return;
          const counts = componentCounts(plan);
          const wanted = Object.fromEntries(Object.entries(wishes).filter(([name]) => counts.has(name)));
          const next = attempt(() => repack(algorithm, topology, plan, wanted));
          if (next === undefined) return;
          repacked += 1;
          const expected = new Map([...counts, ...Object.entries(wanted)]);
          assert.deepEqual(new Map(componentCounts(next)), expected);
          const tasks = next.containers.flatMap(({ instances }) => instances.map(({ taskId }) => taskId));
          assert.equal(new Set(tasks).size, tasks.length);
          assertWithinRequirements(next);
        }),
        { numRuns: 300, seed: 2 },
      );
      assert.ok(repacked > 30, `only ${repacked} topologies could be repacked`);
    });

    it("takes 10,000 instances", () => {
      const topology = syntheticTopology(10_000);
      assertEveryInstanceOnce(pack(algorithm, topology), definedCounts(topology));
    });
  });
}

for (const algorithm of growingAlgorithms) {
  describe(`a plan of ${algorithm}, which repacks in place`, () => {
    it("never exceeds the capacity of a container", () => {
      fc.assert(
        fc.property(topologies, (topology) => {
          const plan = attempt(() => pack(algorithm, topology));
          if (plan !== undefined) assertWithinCapacity(plan, topology);
        }),
        { numRuns: 300, seed: 3 },
      );
    });

    it("keeps every instance where it is when components grow", () => {
      assertKept(
        algorithm,
        (count, change) => count + change,
        (before, after) => before.every((one) => after.includes(one)),
      );
    });

    it("moves none of the instances that stay when components shrink", () => {
      assertKept(
        algorithm,
        (count, change) => Math.max(1, count - change),
        (before, after) => after.every((one) => before.includes(one)),
      );
    });
  });
}

function assertKept(
  algorithm: PackingAlgorithm,
  changed: (count: number, change: number) => number,
  holds: (before: string[], after: string[]) => boolean,
): void {
  let repacked = 0;
  fc.assert(
    fc.property(topologies, fc.integer({ min: 1, max: 6 }), (topology, change) => {
      const plan = attempt(() => pack(algorithm, topology));
      if (plan === undefined) return;
      const wanted = Object.fromEntries(
        [...componentCounts(plan)].map(([name, count]) => [name, changed(count, change)]),
      );
      const next = attempt(() => repack(algorithm, topology, plan, wanted));
      if (next === undefined) return;
      repacked += 1;
      assert.ok(holds(placements(plan), placements(next)), `${placements(plan).join()} → ${placements(next).join()}`);
    }),
    { numRuns: 300, seed: 4 },
  );
  assert.ok(repacked > 30, `only ${repacked} topologies could be repacked`);
}
