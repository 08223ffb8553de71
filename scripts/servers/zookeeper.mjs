// Gets a real ZooKeeper server for tests from Maven Central, without root, and prints its Java class path.
// Cache: $HERON_TEST_CACHE/zookeeper, else .heron/servers/zookeeper. Safe to run twice and from two processes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const version = "3.8.4";
/** What the server's and the shell's mains need beyond ZooKeeper's own dependencies, and a logger that is silent. */
const libraries = [
  `org.apache.zookeeper:zookeeper:${version}`,
  "commons-cli:commons-cli:1.5.0",
  "io.dropwizard.metrics:metrics-core:4.1.12.1",
  "org.xerial.snappy:snappy-java:1.1.10.5",
  "org.slf4j:slf4j-nop:1.7.36",
];
const unwanted = "ch.qos.logback";

const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const cache = join(process.env.HERON_TEST_CACHE ?? join(repoRoot, ".heron", "servers"), "zookeeper");
const jars = join(cache, version);

if (!existsSync(jars)) download();
console.log(
  readdirSync(jars)
    .sort()
    .map((jar) => join(jars, jar))
    .join(":"),
);

function download() {
  console.error(`Getting the ZooKeeper ${version} server from Maven Central into ${jars} …`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "download-"));
  try {
    writeFileSync(join(work, "pom.xml"), pom());
    maven(work, ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(work, "jars")}`]);
    moveInPlace(join(work, "jars"));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function maven(folder, goals) {
  try {
    execFileSync("mvn", ["-q", "-B", ...goals], { cwd: folder, stdio: ["ignore", 2, 2] });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new Error("Maven is needed for the test servers but 'mvn' is not on PATH (Debian: apt-get install maven).", {
      cause: error,
    });
  }
}

// Another process may have been faster: its download is as good as ours.
function moveInPlace(downloaded) {
  try {
    renameSync(downloaded, jars);
  } catch (error) {
    if (!existsSync(jars)) throw error;
  }
}

function pom() {
  const dependencies = libraries.map((library) => {
    const [groupId, artifactId, libraryVersion] = library.split(":");
    return `<dependency>
      <groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${libraryVersion}</version>
      <exclusions><exclusion><groupId>${unwanted}</groupId><artifactId>*</artifactId></exclusion></exclusions>
    </dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId><artifactId>zookeeper-server</artifactId><version>1</version>
  <dependencies>${dependencies.join("")}</dependencies>
</project>
`;
}
