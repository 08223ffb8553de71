import assert from "node:assert/strict";
import type { JobSummary } from "../../../components/aurora/role";
import { metadataNames } from "../../../components/aurora/thermos/metadata";
import { findOrphans, type TreeEntry } from "../../../components/orphans/find";

const place = { cluster: "west", role: "heron", environment: "devel" };
const owned = { owner: "team/dev", place, topologies: ["WordCount"] };
const job = (name: string, owner?: string, more: Partial<JobSummary> = {}): JobSummary => ({
  job: { ...place, name },
  instanceCount: 3,
  metadata: owner === undefined ? [] : [{ key: metadataNames.owner, value: owner }],
  active: 3,
  pending: 0,
  finished: 0,
  failed: 0,
  ...more,
});
const tree = (name: string, more: Partial<TreeEntry> = {}): TreeEntry => ({
  name,
  job: place,
  submitted: true,
  checkpoints: false,
  ...more,
});
const found = (jobs: readonly JobSummary[], trees: readonly TreeEntry[]) =>
  findOrphans(jobs, trees, owned).map(({ subject, what }) => `${subject}: ${what}`);

describe("orphans of a role", () => {
  it("are none where each job has an owner and a state tree", () => {
    assert.deepEqual(
      found([job("WordCount", "team/dev"), job("Theirs", "other/dev")], [tree("WordCount"), tree("Theirs")]),
      [],
    );
    assert.deepEqual(found([], []), []);
  });

  it("are jobs that no stack owns, with what to do, by whether the documents name them", () => {
    const [one, two] = findOrphans([job("WordCount"), job("Stray")], [tree("WordCount"), tree("Stray")], owned);
    assert.deepEqual([one?.subject, one?.what], ["west/heron/devel/Stray", "a job that no stack owns"]);
    assert.match(two?.advice ?? "", /The documents name it/);
  });

  it("are jobs of this stack that its documents do not name, but no fetch probe", () => {
    const jobs = [job("Old", "team/dev"), job("heron-fetch-probe-1a", "team/dev")];
    assert.deepEqual(found(jobs, [tree("Old")]), [
      "west/heron/devel/Old: a job of this stack that its documents do not name",
    ]);
  });

  it("are such jobs in other environments of the role too", () => {
    const devel = { job: { ...place, environment: "test", name: "WordCount" } };
    assert.deepEqual(found([job("WordCount", undefined, devel)], []), [
      "west/heron/test/WordCount: a job that no stack owns",
    ]);
    assert.deepEqual(found([job("WordCount", "other/test", devel)], []), []);
  });

  it("are jobs of ours without a state tree, and state trees without a job", () => {
    assert.deepEqual(found([job("WordCount", "team/dev")], [tree("Gone")]), [
      "Gone: a state tree without a job",
      "west/heron/devel/WordCount: a job without its state tree",
    ]);
  });

  it("are no state trees and checkpoints of a job of which an update has ended all containers, to start them anew", () => {
    const trees = [tree("Theirs", { checkpoints: true })];
    assert.equal(findOrphans([], trees, owned).length, 2);
    assert.deepEqual(findOrphans([], trees, owned, [{ ...place, name: "Theirs" }]), []);
    assert.equal(findOrphans([], trees, owned, [{ ...place, role: "other", name: "Theirs" }]).length, 2);
  });

  it("are checkpoints of a topology that is gone for good, not of one that only does not run", () => {
    const left = { submitted: false, checkpoints: true };
    assert.deepEqual(found([], [tree("Gone", left), tree("WordCount", left)]), [
      "Gone: consistent checkpoints without a topology",
    ]);
  });

  it("are nothing that another environment's stack owns, nothing of another role, nor what is over", () => {
    const elsewhere = job("Stray", "team/prod", { job: { ...place, environment: "prod", name: "Stray" } });
    assert.deepEqual(found([elsewhere, job("Over", undefined, { active: 0, finished: 3 })], []), []);
    assert.deepEqual(found([], [tree("Stray", { job: { ...place, role: "other" } })]), []);
  });
});
