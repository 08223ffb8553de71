import assert from "node:assert/strict";

import { UserError } from "../../../../components/errors";
import { pack, packingDefaults, repack } from "../../../../components/heron/packing";
import type { PackingAlgorithm } from "../../../../components/topology-args";
import { topologyOf } from "./synthetic-topology";

const gibibyte = 2 ** 30;
const wordCount = { word: 2, consumer: 3 };

/** The message of packing word count under this configuration. */
function refusal(algorithm: PackingAlgorithm, config: Readonly<Record<string, string | number>>): string {
  return messageOf(() => pack(algorithm, topologyOf(wordCount, config)));
}

function messageOf(work: () => unknown): string {
  let message: string | undefined;
  assert.throws(work, (error) => {
    message = error instanceof UserError ? error.message : undefined;
    return message !== undefined;
  });
  return message ?? "";
}

function assertSays(message: string, ...parts: string[]): void {
  for (const part of parts) assert.ok(message.includes(part), `'${part}' is not in: ${message}`);
}

describe("a topology that cannot be packed", () => {
  it("is told the instances and the key when there are too many containers", () => {
    assertSays(
      refusal("RoundRobinPacking", { "topology.stmgrs": 6 }),
      "5 instances",
      "6 containers",
      "topology.stmgrs",
    );
  });

  it("is told when there are no containers", () => {
    assertSays(refusal("RoundRobinPackingV2", { "topology.stmgrs": 0 }), "topology.stmgrs is 0", "from 1");
  });

  it("is told when a component is to have more instances than any cluster runs, instead of being dealt until memory is out", () => {
    const packed = (word: number) => pack("RoundRobinPacking", topologyOf({ word, consumer: 1 }));
    assertSays(
      messageOf(() => packed(2_147_483_647)),
      "'word'",
      "2147483647",
      "at most 100000",
    );
    assert.equal(packed(100_000).containers[0]?.instances.length, 100_001);
  });

  it("is told which instances exceed the container, by how much, and what to raise", () => {
    const config = { "topology.container.ram": 2 * gibibyte, "topology.component.rammap": `word:${2 * gibibyte}` };
    assertSays(
      refusal("RoundRobinPacking", config),
      ...["Container 1", "2 × word", "4 GiB of RAM", "topology.container.ram gives 2 GiB", String(6 * gibibyte)],
    );
  });

  it("is told who is left without ram", () => {
    const message = refusal("RoundRobinPacking", { "topology.container.ram": 2 * gibibyte });
    assertSays(message, "no RAM left for 2 × word, 3 × consumer", "2 GiB (topology.container.ram)", "topology.stmgrs");
  });

  it("is told the least ram of an instance", () => {
    const config = { "topology.component.rammap": `word:${15 * 2 ** 20}` };
    assertSays(
      refusal("RoundRobinPacking", config),
      "'word'",
      "15 MiB",
      "at least 16 MiB",
      "topology.component.rammap",
    );
    assertSays(refusal("RoundRobinPackingV2", config), "15 MiB", "at least 192 MiB");
    assertSays(refusal("ResourceCompliantRRPacking", config), "'word'", "15 MiB", "at least 192 MiB");
  });

  it("is told the least cpu of an instance where there is one", () => {
    const config = { "topology.component.cpumap": "word:0.05" };
    assertSays(refusal("FirstFitDecreasingPacking", config), "'word'", "0.05 cores", "at least 0.1 cores", "cpumap");
    assert.ok(pack("ResourceCompliantRRPacking", topologyOf(wordCount, config)));
  });

  it("is told which component fits into no container", () => {
    const config = { "topology.container.cpu": "2.0", "topology.component.cpumap": "word:1.5" };
    for (const algorithm of ["ResourceCompliantRRPacking", "FirstFitDecreasingPacking"] as const) {
      const message = refusal(algorithm, config);
      assertSays(
        message,
        "'word'",
        "1.5 cores of CPU",
        "2 cores",
        "keep 1 core",
        "Raise topology.container.cpu to at least 2.5",
      );
    }
  });

  it("is told which key cannot be read", () => {
    assertSays(refusal("RoundRobinPacking", { "topology.container.ram": "10GB" }), "topology.container.ram is '10GB'");
    assertSays(refusal("RoundRobinPacking", { "topology.container.cpu": "many" }), "topology.container.cpu is 'many'");
    assertSays(
      refusal("FirstFitDecreasingPacking", { "topology.container.max.instances": "1.5" }),
      "max.instances is '1.5'",
    );
    assertSays(refusal("FirstFitDecreasingPacking", { "topology.packing.ffd.sorting.strategy": "size" }), "RAM_FIRST");
    assertSays(
      refusal("RoundRobinPacking", { "topology.component.rammap": "other:1" }),
      "'other'",
      "'word', 'consumer'",
    );
    assertSays(refusal("RoundRobinPacking", { "topology.component.rammap": "word" }), "'word'", "component:value");
    assertSays(refusal("FirstFitDecreasingPacking", { "topology.component.diskmap": "word:-1" }), "diskmap is '-1'");
  });

  it("is told about Heron's own configuration", () => {
    assertSays(
      messageOf(() => packingDefaults({ "heron.resources.instance.ram": "1GB" })),
      'heronConfig["heron.resources.instance.ram"]: is "1GB": give a whole number of bytes above 0',
    );
    assertSays(
      messageOf(() => packingDefaults({ "heron.resources.instance.cpu": 0 })),
      'heronConfig["heron.resources.instance.cpu"]: is 0: give a number of cores above 0',
    );
  });
});

describe("a plan that cannot be repacked", () => {
  const topology = topologyOf(wordCount, { "topology.stmgrs": 2 });
  const plan = pack("RoundRobinPacking", topology);

  it("is told which components there are", () => {
    assertSays(
      messageOf(() => repack("RoundRobinPacking", topology, plan, { words: 3 })),
      "'words'",
      "'word'",
      "'consumer'",
    );
  });

  it("is told to keep at least one instance", () => {
    assertSays(
      messageOf(() => repack("RoundRobinPacking", topology, plan, { word: 0 })),
      "parallelism.word: is 0",
    );
  });

  it("is told that the algorithm chooses the number of containers", () => {
    const repacked = () => repack("FirstFitDecreasingPacking", topology, plan, { word: 3 }, 4);
    assertSays(messageOf(repacked), "4 containers", "FirstFitDecreasingPacking");
  });

  it("is told where resource compliant round robin ends", () => {
    const tight = topologyOf(wordCount, { "topology.container.cpu": 2, "topology.stmgrs": 5 });
    const current = pack("ResourceCompliantRRPacking", tight);
    const repacked = () => repack("ResourceCompliantRRPacking", tight, current, { word: 4 });
    assertSays(messageOf(repacked), "instances (5)", "topology.container.cpu", "FirstFitDecreasingPacking");
  });
});
