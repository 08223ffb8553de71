// Gets SnakeYAML, the YAML 1.1 parser that Heron reads its configuration with, from Maven Central; prints its class path.
import { classPath } from "../lib/maven.mjs";

console.log(classPath({ name: "snakeyaml", version: "1.26", libraries: ["org.yaml:snakeyaml:1.26"] }));
