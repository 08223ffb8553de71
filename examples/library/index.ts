import * as pulumi from "@pulumi/pulumi";
import { HeronCluster, HeronTopology } from "pulumi-heron-aurora";

const config = new pulumi.Config();

const cluster = new HeronCluster("streaming", {
  cluster: config.require("cluster"),
  role: "heron",
  environment: "devel",
  scheduler: { url: config.require("scheduler") },
  state: { local: { root: config.require("state") } },
  artifacts: { directory: { path: config.require("packages") } },
  core: { path: "../core/heron-core.tar.gz" },
});

// What a document cannot do: topologies in a loop, and values of other resources as arguments.
const jobs = ["Morning", "Evening"].map((name, index) => {
  const topology = new HeronTopology(name, {
    cluster,
    package: "../wordcount/wordcount.jar",
    class: "org.example.WordCount",
    args: [name],
    libraries: [config.require("heronApi")],
    parallelism: { count: index + 2 },
    metadata: { core: cluster.core.sha256 },
    update: { watchSeconds: 1 },
  });
  return topology.summary;
});

export const topologies = pulumi.all(jobs);
