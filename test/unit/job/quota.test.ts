import assert from "node:assert/strict";
import type { AuroraClient } from "../../../components/aurora/client";
import { AuroraError } from "../../../components/aurora/errors";
import type { AuroraJobInputs } from "../../../components/job/inputs";
import { needOf } from "../../../components/job/quota-claim";
import { addsContainers } from "../../../components/job/offers";
import { forgetGrants, quotaRefusal, takesMore } from "../../../components/job/quota";
import { describeTrouble } from "../../../components/job/trouble";
import { none } from "../../../components/quota/amounts";
import { wordCountInputs } from "./word-count";

const inputs: AuroraJobInputs = { ...wordCountInputs, jobKey: "west/heron/prod/WordCount" };

const more = (difference: Partial<AuroraJobInputs>, olds: object = inputs) =>
  takesMore(olds, { ...inputs, ...difference });

describe("a job takes more of its role's quota", () => {
  it("when it is new, gone, or another", () => {
    assert.ok(takesMore(undefined, inputs));
    assert.ok(more({}, {}));
    assert.ok(more({}, { ...inputs, instances: 0 }));
    assert.ok(more({ jobKey: "west/heron/test/WordCount" }));
  });

  it("when it grows, by containers or by what one of them takes, and not by a restart or by shrinking", () => {
    assert.ok(more({ instances: 4 }));
    assert.ok(more({ resources: { cpu: 1, ramMb: 1025, diskMb: 1 } }), "one of the three is enough");
    assert.ok(!more({}));
    assert.ok(!more({ taskHash: "task-2", corePackage: "file:///core-2.tar.gz" }));
    assert.ok(!more({ instances: 2 }));
    assert.ok(!more({ instances: 2, resources: { cpu: 1.5, ramMb: 1536, diskMb: 3072 } }), "as much in all");
  });

  it("when a container comes back that others have ended", () => {
    const trouble = describeTrouble([], [], { passed: [1] }) ?? {};
    assert.ok(more({}, { ...inputs, trouble }));
    assert.ok(addsContainers({ ...inputs, trouble }, inputs));
    assert.ok(!addsContainers(inputs, inputs));
    assert.ok(!more({ scaling: "outside" }, { ...inputs, trouble }));
  });

  it("not by what a document says of containers that are scaled outside", () => {
    assert.ok(!more({ scaling: "outside", instances: 9 }));
    assert.ok(more({ scaling: "outside", resources: { cpu: 2, ramMb: 1024, diskMb: 2048 } }));
  });

  it("as far as anybody knows, where an old state does not say what it took", () => {
    assert.ok(more({}, { ...inputs, resources: undefined }));
  });

  it("which is what its containers take together, container 0 among them", () => {
    assert.deepEqual(needOf(inputs), { numCpus: 3, ramMb: 3072, diskMb: 6144 });
  });
});

describe("a preview's look at the role's quota", () => {
  beforeEach(forgetGrants);

  const use = { quota: none, prodShared: none, nonProdShared: none, prodDedicated: none, nonProdDedicated: none };
  const scheduler = (tasks: AuroraClient["tasks"]) =>
    ({ quota: () => Promise.resolve(use), tasks }) as unknown as AuroraClient;

  it("refuses what does not fit", async () => {
    const reason = await quotaRefusal(
      undefined,
      inputs,
      scheduler(() => Promise.resolve([])),
    );
    assert.match(reason ?? "", /needs 3 cores.*too little/s);
  });

  it("goes without a scheduler that falls silent in the middle of it", async () => {
    const silent = () => Promise.reject(new AuroraError("no answer", { kind: "unreachable" }));
    assert.equal(await quotaRefusal(undefined, inputs, scheduler(silent)), undefined);
  });
});
