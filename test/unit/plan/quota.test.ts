import assert from "node:assert/strict";
import { planQuota, refuseBeyondOwnQuota } from "../../../components/plan/quota";
import type { TopologyPlan } from "../../../components/plan/job";

const cluster = {
  cluster: "west",
  role: "heron",
  environment: "prod",
  scheduler: { url: "https://aurora.example:8081" },
  state: { local: { root: "/state" } },
  artifacts: { directory: { path: "/packages" } },
  core: { path: "core.tar.gz" },
};

/** As much of a plan as quota is about: 2 cores, 2 GiB and 4 GiB for each container. */
function planned(name: string, instances: number, tier?: string, scaling?: "outside"): TopologyPlan {
  return {
    prepared: { job: { name } },
    jobConfiguration: { taskConfig: { production: false, constraints: [], ...(tier && { tier }) } },
    inputs: { resources: { cpu: 2, ramMb: 2048, diskMb: 4096 }, instances, scaling },
  } as unknown as TopologyPlan;
}

describe("a quota in a stack document", () => {
  it("is planned in MiB, a GB being 1024 MB", () => {
    const planned = planQuota(cluster, { cpu: 2.5, ram: "512MB", disk: "2TB" });
    assert.deepEqual(planned, {
      cluster: "west",
      role: "heron",
      scheduler: cluster.scheduler,
      allowed: { numCpus: 2.5, ramMb: 512, diskMb: 2 * 1024 * 1024 },
    });
    assert.deepEqual(planQuota(cluster, { cpu: 1, ram: "3GB", disk: "1MB" }).allowed, {
      numCpus: 1,
      ramMb: 3072,
      diskMb: 1,
    });
    const asked = planQuota(cluster, { cpu: 1, ram: "3GB", disk: "1MB", restoreOnDestroy: true });
    assert.equal(asked.restoreOnDestroy, true);
  });

  it("that its own topologies exceed is refused before anything is touched, naming those that take most", () => {
    const quota = { cpu: 10, ram: "8GB", disk: "1TB" };
    const plans = [planned("Small", 1, "preferred"), planned("Large", 5, "preferred"), planned("Other", 9)];
    assert.throws(
      () => refuseBeyondOwnQuota({ ...cluster, quota }, plans),
      /^UserError: quota: the documents give role heron 10 cores, 8 GiB ram, .* need 12 cores, 12 GiB ram, 24 GiB disk: 2 cores, 4 GiB ram too much\. Nothing was touched\..*: Large \(10 cores, .*\); Small \(2 cores, .*\)\.$/,
    );
    const many = Array.from({ length: 8 }, (_, index) => planned(`T${index}`, 1, "preferred"));
    assert.throws(() => refuseBeyondOwnQuota({ ...cluster, quota }, many), /and 3 more\.$/);
  });

  it("is enough for topologies of it to the last core, whatever other tiers need", () => {
    const quota = { cpu: 12, ram: "12GB", disk: "24GB" };
    refuseBeyondOwnQuota({ ...cluster, quota }, [planned("Large", 6, "preferred"), planned("Other", 9, "revocable")]);
    refuseBeyondOwnQuota({ ...cluster, quota }, [planned("Scaled", 60, "preferred", "outside")]);
    refuseBeyondOwnQuota(cluster, [planned("Large", 600, "preferred")]);
  });
});
