import assert from "node:assert/strict";
import { heronRules } from "../../../policies/heron";
import type { RegisteredResource } from "../../../policies/resource";

const sha256 = "ab".repeat(32);
const topology = (job: object, environment = "prod"): RegisteredResource => ({
  type: "pulumi-nodejs:dynamic/heron:AuroraJob",
  name: "WordCount",
  props: {
    jobKey: `west/heron/${environment}/WordCount`,
    job: { instances: 3, corePackage: `s3://packages/core/heron-core-${sha256}.tar.gz`, ...job },
  },
});
const broken = (...resources: RegisteredResource[]) =>
  heronRules.filter((rule) => rule.check(resources).length > 0).map(({ name }) => name);

describe("the policy pack's rules on topologies", () => {
  it("are kept by a production topology with two containers, a digest and gated updates", () => {
    assert.deepEqual(broken(topology({}), topology({ update: { batchSize: 2, watchSeconds: 30 } })), []);
  });

  it("ask for two containers beside container 0", () => {
    assert.deepEqual(broken(topology({ instances: 2 })), ["heron-two-containers"]);
  });

  it("ask for a core package that is told by its content", () => {
    assert.deepEqual(broken(topology({ corePackage: "https://mirror.example/heron-core.tar.gz" })), [
      "heron-core-digest",
    ]);
  });

  it("ask for updates that watch and go back", () => {
    assert.deepEqual(broken(topology({ update: { watchSeconds: 0 } })), ["heron-health-gates"]);
    assert.deepEqual(broken(topology({ update: { rollbackOnFailure: false } })), ["heron-health-gates"]);
  });

  it("name the topology and what to do", () => {
    const [violation] = heronRules.flatMap((rule) => rule.check([topology({ instances: 1 })]));
    assert.match(
      violation ?? "",
      /^west\/heron\/prod\/WordCount: has fewer than two containers.*raise topology\.stmgrs/,
    );
  });

  it("leave other environments and other resources alone", () => {
    assert.deepEqual(
      broken(topology({ instances: 1, corePackage: "x" }, "devel"), { type: "a:b:C", name: "x", props: {} }),
      [],
    );
  });
});
