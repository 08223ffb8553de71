import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { UserError } from "../../../../components/errors";
import {
  components,
  componentValues,
  deriveTopologyId,
  readDefinition,
  type Topology,
  topologyConfig,
  validateTopology,
  withConfig,
  withContainerCount,
  withIdentity,
  withParallelism,
  writeDefinition,
} from "../../../../components/heron/definition";
import { goldenPath } from "../../../support/paths";

const golden = (folder: string): Topology =>
  readDefinition(readFileSync(goldenPath("heron", folder, "definition.defn")), folder);

function refuses(work: () => unknown, ...parts: RegExp[]): void {
  for (const part of parts) {
    assert.throws(work, (error) => error instanceof UserError && part.test(error.message), String(part));
  }
}

describe("reading a definition", () => {
  it("refuses what is none, and says where it came from", () => {
    refuses(
      () => readDefinition(Buffer.from("#!/bin/sh\necho hello"), "topologies/wc.defn"),
      /^topologies\/wc\.defn is not/,
    );
    refuses(
      () => readDefinition(new Uint8Array(), "empty.defn"),
      /empty\.defn is not a topology definition \(0 bytes\)/,
    );
  });

  it("refuses one that is cut off", () => {
    const bytes = writeDefinition(golden("G-wc"));
    refuses(() => readDefinition(bytes.subarray(0, bytes.length - 7), "cut.defn"), /cut\.defn is not/);
  });

  it("refuses one without a spout", () => {
    const topology = golden("G-wc");
    topology.spouts = [];
    refuses(() => readDefinition(writeDefinition(topology), "no.defn"), /without a spout/);
  });
});

describe("the configuration of a topology", () => {
  it("is read with its Java-serialised strings, and without other objects", () => {
    const config = topologyConfig(golden("G-res"));
    assert.equal(config.get("topology.container.cpu"), "6.5");
    assert.equal(config.get("topology.team.environment"), "devel");
  });

  it("reads Java's own UTF-8", () => {
    const topology = withConfig(golden("G-wc"), {});
    const entry = topology.topologyConfig!.kvs.find(({ key }) => key === "topology.team.environment")!;
    // "é日😀" and NUL, as java.io.ObjectOutputStream writes them
    entry.serializedValue = Buffer.from("aced000574000dc3a9e697a5eda0bdedb880c080", "hex");
    assert.equal(topologyConfig(topology).get("topology.team.environment"), "é日😀\0");
  });

  it("is overlaid in place where the key exists, else appended in the order given", () => {
    const before = golden("G-res");
    const order = [...topologyConfig(before).keys()];
    const after = withConfig(before, {
      "zz.first": true,
      "topology.container.cpu": 2.5,
      "aa.second": 2 ** 53,
      "topology.team.environment": "prod",
    });
    assert.deepEqual([...topologyConfig(after).keys()], [...order, "zz.first", "aa.second"]);
    assert.equal(topologyConfig(after).get("topology.container.cpu"), "2.5");
    assert.equal(topologyConfig(after).get("topology.team.environment"), "prod");
    assert.equal(topologyConfig(after).get("zz.first"), "true");
    assert.equal(topologyConfig(after).get("aa.second"), "9007199254740992");
    assert.equal(topologyConfig(before).get("topology.container.cpu"), "6.5");
    assert.ok(writeDefinition(after).length > writeDefinition(before).length);
  });

  it("refuses numbers that are none", () => {
    refuses(() => withConfig(golden("G-wc"), { "my.key": Number.NaN }), /^config\["my\.key"\]: is NaN/);
  });

  it("takes the container count of a plan, and is the same where it has it", () => {
    const topology = golden("G-wc2");
    assert.equal(withContainerCount(topology, 2), topology);
    assert.equal(topologyConfig(withContainerCount(topology, 5)).get("topology.stmgrs"), "5");
  });
});

describe("the components of a topology", () => {
  it("are its spouts, then its bolts, with their parallelism", () => {
    assert.deepEqual(components(golden("G-res")), [
      { name: "s1", kind: "spout", parallelism: 3 },
      { name: "light", kind: "bolt", parallelism: 2 },
      { name: "plain", kind: "bolt", parallelism: 2 },
      { name: "heavy", kind: "bolt", parallelism: 4 },
    ]);
  });

  it("take another parallelism, and nothing else changes", () => {
    const before = golden("G-res");
    const after = withParallelism(before, { heavy: 7, s1: 12 });
    assert.deepEqual(
      components(after).map(({ parallelism }) => parallelism),
      [12, 2, 2, 7],
    );
    const back = withParallelism(after, { heavy: 4, s1: 3 });
    assert.deepEqual(writeDefinition(back), writeDefinition(before));
    assert.equal(components(before)[0]?.parallelism, 3);
  });

  it("are listed when one is named that is not among them, or gets no instance", () => {
    const topology = golden("G-wc");
    refuses(() => withParallelism(topology, { words: 3 }), /'words'/, /'word', 'consumer'/);
    refuses(() => withParallelism(topology, { constructor: 3 }), /'constructor'/);
    refuses(() => withParallelism(topology, { word: 0 }), /'word'.* is 0/, /'word', 'consumer'/);
    refuses(() => withParallelism(topology, { word: 1.5 }), /1\.5/);
  });

  it("without a readable parallelism are refused by name", () => {
    const topology = golden("G-wc");
    topology.bolts[0]!.comp!.config!.kvs = [];
    refuses(() => components(topology), /bolt 'consumer' no topology\.component\.parallelism/);
  });

  it("have values in maps such as the ram map", () => {
    const values = componentValues(golden("G-res"), "topology.component.rammap");
    assert.deepEqual(
      [...values],
      [
        ["heavy", "2147483648"],
        ["light", "268435456"],
      ],
    );
  });
});

describe("the identity of a topology", () => {
  const key = { cluster: "aurora", role: "ada", environment: "devel", name: "words" };

  it("is its name and a UUID of version 5 from the job key", () => {
    // python3: uuid.uuid5(uuid.NAMESPACE_URL, "aurora://aurora/ada/devel/words")
    assert.equal(deriveTopologyId(key), "words98a5aa1f-6f89-54c7-9f45-01827323b445");
  });

  it("differs with every part of the job key", () => {
    const keys = [
      key,
      ...(["cluster", "role", "environment", "name"] as const).map((part) => ({ ...key, [part]: "x" })),
    ];
    assert.equal(new Set(keys.map((one) => deriveTopologyId(one).slice(-36))).size, 5);
  });

  it("is written into the definition and leaves the rest", () => {
    const before = golden("G-wc");
    const after = withIdentity(before, deriveTopologyId(key));
    assert.equal(after.id, deriveTopologyId(key));
    assert.deepEqual(writeDefinition(withIdentity(after, before.id)), writeDefinition(before));
  });
});

describe("a topology that Heron refuses", () => {
  it("has a dot or a slash in its name, or none", () => {
    for (const name of ["bad.name", "bad/name", ""]) {
      const topology = golden("G-wc");
      topology.name = name;
      refuses(() => validateTopology(topology), name === "" ? /no name/ : new RegExp(`'${name}'`));
    }
  });

  it("has a ram map that names another component", () => {
    const topology = withConfig(golden("G-wc"), { "topology.component.rammap": "nosuch:104857600" });
    refuses(() => validateTopology(topology), /names 'nosuch'/, /'word', 'consumer'/);
  });

  it("reads a stream that nobody declares", () => {
    const topology = golden("G-wc");
    topology.bolts[0]!.inputs[0]!.stream!.id = "side";
    refuses(() => validateTopology(topology), /bolt 'consumer' reads 'word\/side'/, /Declared are 'word\/default'/);
  });

  it("is none of those it accepted", () => {
    for (const folder of ["G-wc", "G-res", "G-big", "P-py", "P-cpp"]) validateTopology(golden(folder));
  });
});
