import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { batched } from "../../../components/aurora/batch";
import { AuroraError, type AuroraErrorKind } from "../../../components/aurora/errors";
import { formatJobKey, type JobKey } from "../../../components/aurora/job-key";

const job = (name: string): JobKey => ({ cluster: "sandbox", role: "heron", environment: "devel", name });

/** Answers each job with its own key; `broken` ones, and whatever is asked along with them, with an error. */
function asking(broken: readonly string[] = [], kind: AuroraErrorKind = "protocol") {
  const calls: string[][] = [];
  const ask = async (jobs: readonly JobKey[]) => {
    calls.push(jobs.map(({ name }) => name));
    await sleep(1);
    if (jobs.some(({ name }) => broken.includes(name))) throw new AuroraError("broken", { kind });
    return new Map(jobs.filter(({ name }) => name !== "gone").map((each) => [formatJobKey(each), [each.name]]));
  };
  return { calls, tasks: batched(ask) };
}

describe("Questions about one job each", () => {
  it("that are asked at once go in one call, and each gets its own answer", async () => {
    const { calls, tasks } = asking();
    const names = ["a", "b", "gone", "a"];
    assert.deepEqual(await Promise.all(names.map((name) => tasks(job(name)))), [["a"], ["b"], [], ["a"]]);
    assert.deepEqual(calls, [["a", "b", "gone"]]);
  });

  it("that come later go in a call of their own, and wait for no other", async () => {
    const { calls, tasks } = asking();
    await tasks(job("a"));
    await tasks(job("b"));
    assert.deepEqual(calls, [["a"], ["b"]]);
  });

  it("are no more than fifty in a call", async () => {
    const { calls, tasks } = asking();
    const names = Array.from({ length: 120 }, (_, each) => `job${each}`);
    assert.deepEqual(
      await Promise.all(names.map((name) => tasks(job(name)))),
      names.map((name) => [name]),
    );
    assert.deepEqual(
      calls.map(({ length }) => length),
      [50, 50, 20],
    );
  });

  it("do not fail because the scheduler chokes on another", async () => {
    const { calls, tasks } = asking(["bad"]);
    const answers = await Promise.allSettled(["a", "bad", "b"].map((name) => tasks(job(name))));
    assert.deepEqual(
      answers.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual(calls, [["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
  });

  it("all fail at once when the scheduler cannot be reached", async () => {
    const { calls, tasks } = asking(["a"], "unreachable");
    const answers = await Promise.allSettled(["a", "b"].map((name) => tasks(job(name))));
    assert.deepEqual(
      answers.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(calls.length, 1);
  });
});
