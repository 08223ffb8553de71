// Gets Curator, by which Heron keeps its update lock in ZooKeeper, from Maven Central in the version of Heron 0.20.5; prints its
// class path.
import { classPath } from "../lib/maven.mjs";

const version = "5.1.0";

console.log(
  classPath({
    name: "curator",
    version,
    libraries: [`org.apache.curator:curator-recipes:${version}`, "org.slf4j:slf4j-nop:1.7.36"],
  }),
);
