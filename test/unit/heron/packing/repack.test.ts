import assert from "node:assert/strict";

import { heronDefaults, pack, packingDefaults, type PackingPlan, repack } from "../../../../components/heron/packing";
import { topologyOf } from "./synthetic-topology";

function ids(plan: PackingPlan): number[] {
  return plan.containers.map(({ id }) => id).sort((one, other) => one - other);
}

describe("repacking by first fit", () => {
  const topology = topologyOf({ word: 2, consumer: 4 }, { "topology.container.max.instances": 2 });

  it("empties containers and leaves a gap in their ids", () => {
    const plan = pack("FirstFitDecreasingPacking", topology);
    assert.deepEqual(ids(plan), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(ids(repack("FirstFitDecreasingPacking", topology, plan, { word: 1 })), [1, 3, 4, 5, 6]);
  });

  it("opens new containers beside gaps in the ids, where Heron gives up", () => {
    const plan = pack("FirstFitDecreasingPacking", topology);
    const shrunk = repack("FirstFitDecreasingPacking", topology, plan, { word: 1 });
    const grown = repack("FirstFitDecreasingPacking", topology, shrunk, { word: 3 });
    assert.deepEqual(ids(grown), [1, 3, 4, 5, 6, 7, 8]);
  });
});

describe("repacking by round robin", () => {
  const topology = topologyOf({ word: 2, consumer: 4 }, { "topology.stmgrs": 3 });
  const plan = pack("RoundRobinPacking", topology);

  it("adds containers in proportion to the instances", () => {
    assert.equal(repack("RoundRobinPacking", topology, plan, { consumer: 7 }).containers.length, 5);
  });

  it("deals to the number of containers asked for", () => {
    assert.equal(repack("RoundRobinPacking", topology, plan, { consumer: 7 }, 2).containers.length, 2);
  });
});

describe("Heron's defaults", () => {
  it("give way to the cluster's configuration", () => {
    const defaults = packingDefaults({ "heron.resources.instance.ram": 2 ** 31, "heron.resources.stmgr.ram": 1 });
    assert.deepEqual(defaults, { instance: { ...heronDefaults.instance, ram: 2 ** 31 } });
    const plan = pack("RoundRobinPackingV2", topologyOf({ word: 1 }), defaults);
    assert.equal(plan.containers[0]?.instances[0]?.resource.ram, 2 ** 31);
  });
});
