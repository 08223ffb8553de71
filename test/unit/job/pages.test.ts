import assert from "node:assert/strict";
import { topologyPages } from "../../../components/job/pages";

const job = { cluster: "west", role: "heron", environment: "devel", name: "Word Count" };

describe("the pages of a topology", () => {
  it("are where Aurora, Heron UI and Heron Tracker show it", () => {
    const servers = {
      scheduler: { url: "http://aurora:8081/" },
      ui: "http://ui:8889/",
      tracker: "http://tracker:8888",
    };
    assert.deepEqual(topologyPages(servers, { ...job, name: "WordCount" }), {
      jobPage: "http://aurora:8081/scheduler/heron/devel/WordCount",
      uiPage: "http://ui:8889/topologies/west/devel/WordCount",
      trackerPage: "http://tracker:8888/topologies/info?cluster=west&environ=devel&topology=WordCount",
    });
    assert.match(topologyPages(servers, job).uiPage ?? "", /\/Word%20Count$/);
  });

  it("are told only of servers that the document names; people are shown the scheduler's own page for them", () => {
    const zookeeper = { servers: "zk:2181" };
    assert.deepEqual(topologyPages({ scheduler: { zookeeper } }, job), {});
    const { jobPage } = topologyPages({ scheduler: { url: "http://10.0.0.1:8081", webUrl: "https://aurora" } }, job);
    assert.match(jobPage ?? "", /^https:\/\/aurora\/scheduler\//);
  });
});
