// Gets a real ZooKeeper server for tests from Maven Central, without root, and prints its Java class path.
// Cache: $HERON_TEST_CACHE/zookeeper, else .heron/servers/zookeeper. Safe to run twice and from two processes.
import { classPath } from "../lib/maven.mjs";

const version = "3.8.4";

console.log(
  classPath({
    name: "zookeeper",
    version,
    // What the server's and the shell's mains need beyond ZooKeeper's own dependencies, and a logger that is silent.
    libraries: [
      `org.apache.zookeeper:zookeeper:${version}`,
      "commons-cli:commons-cli:1.5.0",
      "io.dropwizard.metrics:metrics-core:4.1.12.1",
      "org.xerial.snappy:snappy-java:1.1.10.5",
      "org.slf4j:slf4j-nop:1.7.36",
    ],
    excluded: ["ch.qos.logback"],
  }),
);
