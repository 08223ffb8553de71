// Gets a real HDFS (NameNode, DataNode, FsShell) for tests from Maven Central and prints its Java class path.
// Cache: $HERON_TEST_CACHE/hdfs, else .heron/servers/hdfs. Safe to run twice and from two processes.
import { classPath } from "../lib/maven.mjs";

const version = "3.4.1";

console.log(
  classPath({
    name: "hdfs",
    version,
    libraries: [
      `org.apache.hadoop:hadoop-common:${version}`,
      `org.apache.hadoop:hadoop-hdfs:${version}`,
      `org.apache.hadoop:hadoop-hdfs-client:${version}`,
      // What Hadoop itself asks for is resolved to one that lacks a class that WebHDFS needs.
      "com.fasterxml.jackson.core:jackson-core:2.12.7",
    ],
  }),
);
