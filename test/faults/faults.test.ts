import assert from "node:assert/strict";
import { bulkhead } from "cockatiel";
import { TestProject } from "../support/project";
import { type ZooKeeperServer, startZooKeeper } from "../support/zookeeper";
import { type Deployment, type DeploymentName, planDeployments } from "./deployments";
import { type Action, Life, type Undisturbed } from "./life";

const actions: readonly Action[] = [
  { name: "create", from: "nothing", to: "small" },
  { name: "scale out", from: "small", to: "large" },
  { name: "scale in", from: "large", to: "small" },
  { name: "roll", from: "small", to: "rolled" },
  { name: "roll and scale out", from: "small", to: "both" },
  { name: "roll and scale in", from: "large", to: "rolled" },
  { name: "kill", from: "small", to: "nothing" },
  { name: "adopt as it is", from: "stock", to: "adopting" },
  { name: "adopt and roll", from: "stock", to: "adopting, rolled" },
  { name: "restart two containers", from: "small", to: "restarted" },
  { name: "deactivate", from: "small", to: "deactivated", runs: true },
  { name: "activate", from: "deactivated", to: "small", runs: true },
  // What a TManager was told stays until the containers are packed anew.
  { name: "configure at run time", from: "small", to: "configured", runs: true, oneWay: true },
  { name: "scale in what the TManager lays out", from: "large", to: "small", runs: true },
  { name: "scale out by FirstFitDecreasing", from: "packed", to: "packed, large" },
];

/** Each of so many seeds is one run. */
const runs = Number(process.env.HERON_FAULT_RUNS ?? 1000);
/** The only seed to run. */
const single = process.env.HERON_FAULT_SEED === undefined ? undefined : Number(process.env.HERON_FAULT_SEED);
const seeds = single === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [single];
/** Most of a run is waiting. */
const atOnce = 32;
/** One in so many runs keeps its state tree in ZooKeeper. */
const zooKeeperShare = 5;

describe("a topology's life when scheduler, state tree and store fail, or the run is killed", () => {
  const folder = process.cwd();
  let project: TestProject;
  let zookeeper: ZooKeeperServer;
  let deployments: ReadonlyMap<DeploymentName, Deployment>;

  before(async () => {
    project = new TestProject();
    // The lifecycle finds the checkout's cache from the current folder, as in the provider's process.
    process.chdir(project.directory);
    deployments = await planDeployments(project);
    zookeeper = await startZooKeeper();
  });

  after(async () => {
    process.chdir(folder);
    await zookeeper.stop();
    project.dispose();
  });

  for (const [index, action] of actions.entries()) {
    const mine = seeds.filter((seed) => seed % actions.length === index);
    if (mine.length === 0) continue;
    it(`${action.name}: the next run completes each of ${mine.length} disturbed ones`, async () => {
      const like = new Map<boolean, Undisturbed>();
      for (const inZooKeeper of [false, true])
        like.set(inZooKeeper, await Life.on(treeOf(inZooKeeper), deployments, (life) => life.undisturbed(action)));
      const pool = bulkhead(atOnce, Infinity);
      const failures = await Promise.all(mine.map((seed) => pool.execute(() => failure(action, seed, like))));
      assert.equal(failures.filter((each) => each !== undefined).join("\n"), "");
    });
  }

  async function failure(
    action: Action,
    seed: number,
    undisturbed: ReadonlyMap<boolean, Undisturbed>,
  ): Promise<string | undefined> {
    const inZooKeeper = Math.floor(seed / actions.length) % zooKeeperShare === 0;
    const like = undisturbed.get(inZooKeeper);
    assert.ok(like !== undefined);
    try {
      await Life.on(treeOf(inZooKeeper), deployments, (life) => life.disturbed(action, seed, like));
      return undefined;
    } catch (error) {
      return (
        `\nseed ${seed} (run it again: HERON_FAULT_SEED=${seed} npx mocha bin/test/faults/faults.test.js): ` +
        (error instanceof Error ? error.message : String(error))
      );
    }
  }

  function treeOf(inZooKeeper: boolean): string | undefined {
    return inZooKeeper ? zookeeper.address : undefined;
  }
});
