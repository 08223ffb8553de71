import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { UserError } from "../../../components/errors";
import { readDefinition, withConfig } from "../../../components/heron/definition";
import { packTopology } from "../../../components/plan/packing";
import { type HeronTopologyArgs, packingAlgorithms } from "../../../components/topology-args";
import { repoRoot } from "../../support/paths";
import { recordedDefinition } from "../../support/submission";
import { topologyOf } from "../heron/packing/synthetic-topology";

const file = join(repoRoot, "examples/wordcount/wordcount.defn");
const topology = readDefinition(readFileSync(file), file);
const base = { name: "WordCount", package: "wordcount.jar" } as const;

/** Heron instances by component in a plan. */
function counts(plan: ReturnType<typeof packTopology>["plan"]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { instances } of plan.containers) {
    for (const { component } of instances) found[component] = (found[component] ?? 0) + 1;
  }
  return found;
}

describe("what Heron's configuration says of instances", () => {
  const gibibyte = 2 ** 30;
  const ram = { "heron.resources.instance.ram": 2 * gibibyte };

  it("is what one has that the topology says nothing of, of the conf dir and of heronConfig over it", () => {
    const container = (heronConfig: object, conf: object) =>
      packTopology(topology, { ...base, heronConfig: { ...heronConfig } }, { "packing.yaml": { ...conf } }).container;
    assert.equal(container({}, {}).ram, 4 * gibibyte);
    assert.equal(container({}, ram).ram, 6 * gibibyte);
    assert.equal(container({ "heron.resources.instance.ram": 3 * gibibyte }, ram).ram, 8 * gibibyte);
  });

  it("is no second place to name the algorithm", () => {
    const heronConfig = {
      "heron.class.packing.algorithm": "org.apache.heron.packing.binpacking.FirstFitDecreasingPacking",
    };
    assert.throws(
      () => packTopology(topology, { ...base, heronConfig }),
      /^UserError: heronConfig\["heron\.class\.packing\.algorithm"\]: the topology's 'packing' says it here/,
    );
  });
});

describe("the algorithm that the conf dir names", () => {
  const binpacking = "org.apache.heron.packing.binpacking.FirstFitDecreasingPacking";
  const packed = (packing: HeronTopologyArgs["packing"], named: Readonly<Record<string, string>>) =>
    packTopology(topology, { ...base, ...(packing && { packing }) }, { "packing.yaml": named });

  it("may be the topology's own", () => {
    packed("FirstFitDecreasingPacking", {
      "heron.class.packing.algorithm": binpacking,
      "heron.class.repacking.algorithm": binpacking,
    });
    packed(undefined, {
      "heron.class.packing.algorithm": "org.apache.heron.packing.roundrobin.RoundRobinPacking",
    });
  });

  it("is refused where it is another, of packing or of repacking, with the place that says it", () => {
    for (const key of ["heron.class.packing.algorithm", "heron.class.repacking.algorithm"])
      for (const packing of [undefined, "RoundRobinPackingV2", "ResourceCompliantRRPacking"] as const)
        assert.throws(
          () => packed(packing, { [key]: binpacking }),
          new RegExp(
            `^UserError: packing: is ${packing ?? "RoundRobinPacking"}, but conf\\["packing\\.yaml"\\]\\["${key}"\\] of`,
          ),
        );
  });
});

describe("what no container could run with", () => {
  const packed = (packing: HeronTopologyArgs["packing"], config: Readonly<Record<string, string | number>>) =>
    packTopology(withConfig(topology, config), { ...base, ...(packing && { packing }), config });

  it("is refused by every algorithm: a mode of reliability or a size that Heron cannot read", () => {
    for (const packing of packingAlgorithms) {
      for (const mode of ["EXACTLY_ONCE", "effectively_once"])
        assert.throws(
          () => packed(packing, { "topology.reliability.mode": mode }),
          /^UserError: config\["topology\.reliability\.mode"\]: is '\w+', which Heron does not know: give one of ATMOST_ONCE/,
        );
      packed(packing, { "topology.reliability.mode": "EFFECTIVELY_ONCE" });
      assert.throws(
        () => packed(packing, { "topology.stateful.checkpointmanager.ram": "2GB" }),
        /checkpointmanager\.ram.*is '2GB', which is not a whole number of bytes/,
      );
    }
  });

  it("is refused as a component whose name heron-executor would take for two", () => {
    for (const name of ["parse:json", "a,b"])
      assert.throws(
        () => packTopology(topologyOf({ words: 1, [name]: 1 }), base),
        (error) =>
          error instanceof UserError && error.message.startsWith(`Component '${name}' of topology 'synthetic' has a`),
      );
    packTopology(topologyOf({ words: 1, "parse json": 1 }), base);
  });

  it("is told as more containers than the definition's own instances, whatever parallelism a document lays over them", () => {
    const config = { "topology.stmgrs": 10 };
    const many = { ...base, parallelism: { words: 20 } };
    assert.throws(
      () => packTopology(withConfig(topology, config), { ...many, config }),
      /^UserError: config\["topology\.stmgrs"\]: asks for 10 containers, and the definition has 4 instances: give 4 or less\. For a document's own parallelism its containerNumber says how many\.$/,
    );
    assert.equal(packTopology(topology, { ...many, containerNumber: 10 }).plan.containers.length, 10);
  });

  it("is refused as a container without disk or cores, with the unit that sizes are in", () => {
    assert.throws(
      () => packed("RoundRobinPacking", { "topology.container.disk": 4096 }),
      /topology\.container\.disk.*leaves its containers 4096 bytes of disk, and Aurora counts whole MiB: sizes are in bytes/,
    );
    assert.throws(
      () =>
        packed("RoundRobinPacking", { "topology.component.cpumap": "words:0,count:0", "topology.container.cpu": 0 }),
      /topology\.container\.cpu.*leaves its containers no cores/,
    );
  });

  it("is told with a capacity that will do, though the padding grows with it", () => {
    const large = { "topology.component.cpumap": "words:9.5" };
    for (const packing of ["ResourceCompliantRRPacking", "FirstFitDecreasingPacking"] as const) {
      assert.throws(() => packed(packing, large), /Raise topology\.container\.cpu to at least 10\.556,/);
      packed(packing, { ...large, "topology.container.cpu": 10.556 });
      assert.throws(
        () => packed(packing, { "topology.container.padding.percentage": 200 }),
        /Lower topology\.container\.padding\.percentage, which is 200/,
      );
    }
  });
});

describe("parallelism laid over a definition", () => {
  const overlay = fc.record(
    { words: fc.integer({ min: 1, max: 20 }), count: fc.integer({ min: 1, max: 20 }) },
    { noNullPrototype: true },
  );

  it("gives each component as many instances as asked for, by every algorithm", () => {
    fc.assert(
      fc.property(fc.constantFrom(...packingAlgorithms), overlay, (packing, parallelism) => {
        assert.deepEqual(counts(packTopology(topology, { ...base, packing, parallelism }).plan), parallelism);
      }),
    );
  });

  it("never shrinks a container, nor gives an instance more ram than it had, so that scaling restarts nothing by itself", () => {
    // Heron's repacking of the recorded one gives an instance more ram or less, as others come and go.
    for (const each of [topology, recordedDefinition("G-ramreq")]) {
      const [one = "", two = ""] = Object.keys(counts(packTopology(each, base).plan));
      fc.assert(
        fc.property(fc.constantFrom(...packingAlgorithms), overlay, (packing, { words, count }) => {
          const before = packTopology(each, { ...base, packing });
          const after = packTopology(each, { ...base, packing, parallelism: { [one]: words, [two]: count } });
          assert.ok(after.container.cpu >= before.container.cpu);
          assert.ok(after.container.ram >= before.container.ram);
          assert.ok(after.container.disk >= before.container.disk);
          for (const [component, ram] of after.ramMap) assert.ok(ram <= (before.ramMap.get(component) ?? ram));
          for (const { component, resource } of after.plan.containers.flatMap(({ instances }) => instances))
            assert.ok((after.ramMap.get(component) ?? 0) <= resource.ram, "what the plan has for it");
        }),
      );
    }
  });

  it("gives all containers of the plan the one size that the job has", () => {
    const { plan, container } = packTopology(topology, { ...base, parallelism: { count: 7 } });
    for (const { scheduledResource } of plan.containers) assert.deepEqual(scheduledResource, container);
  });

  it("deals to the containers asked for by the round robins, evenly, and of the size that takes", () => {
    const containers = fc.integer({ min: 1, max: 12 });
    const roundRobin = fc.constantFrom("RoundRobinPacking", "RoundRobinPackingV2");
    fc.assert(
      fc.property(roundRobin, overlay, containers, (packing, parallelism, number) => {
        const containerNumber = Math.min(number, parallelism.words + parallelism.count);
        const packed = packTopology(topology, { ...base, packing, parallelism, containerNumber });
        assert.equal(packed.plan.containers.length, containerNumber);
        assert.deepEqual(counts(packed.plan), parallelism);
        const sizes = packed.plan.containers.map(({ instances }) => instances.length);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
        for (const { requiredResource } of packed.plan.containers) {
          assert.ok(requiredResource.ram <= packed.container.ram && requiredResource.cpu <= packed.container.cpu);
        }
      }),
    );
  });

  it("leaves the number of containers to the algorithms that find it themselves", () => {
    for (const packing of ["ResourceCompliantRRPacking", "FirstFitDecreasingPacking"] as const) {
      const own = packTopology(topology, { ...base, packing });
      assert.deepEqual(packTopology(topology, { ...base, packing, containerNumber: own.plan.containers.length }), own);
      for (const containerNumber of [1, 2, 3].filter((each) => each !== own.plan.containers.length)) {
        assert.throws(
          () => packTopology(topology, { ...base, packing, containerNumber }),
          (error) => error instanceof UserError && error.message.includes("finds the number of containers itself"),
        );
      }
    }
  });

  it("that says what the definition says changes nothing", () => {
    const own = counts(packTopology(topology, base).plan);
    assert.deepEqual(packTopology(topology, { ...base, parallelism: own }), packTopology(topology, base));
  });

  it("of a component that is not there is refused with those that are", () => {
    assert.throws(() => packTopology(topology, { ...base, parallelism: { counter: 2 } }), /counter.*(count|words)/s);
  });
});
