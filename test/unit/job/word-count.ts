import type { AuroraJobInputs } from "../../../components/job/inputs";

/** What is kept of a job of three containers. */
export const wordCountInputs: AuroraJobInputs = {
  jobKey: "west/heron/devel/WordCount",
  scheduler: { url: "https://aurora.example:8081" },
  stateTree: { zookeeper: { servers: "zk:2181" } },
  topologyId: "WordCount0",
  instances: 3,
  resources: { cpu: 1, ramMb: 1024, diskMb: 2048 },
  packing: "RoundRobinPacking",
  parallelism: { words: 2, count: 2 },
  corePackage: "file:///core-1.tar.gz",
  topologyPackage: "file:///topology-1.tar.gz",
  state: "running",
  taskHash: "task-1",
  treeHash: "tree-1",
  payload: "payload-1",
  owner: "user/test",
  resourceUrn: "urn:1",
};
