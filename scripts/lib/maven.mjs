import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { root } from "./project.mjs";

/**
 * Libraries with all that they depend on, from Maven Central, as a Java class path. Kept in $HERON_TEST_CACHE, else in
 * .heron/servers; safe to run twice and from two processes.
 * @param {{ name: string, version: string, libraries: string[], excluded?: string[] }} what `name`/`version` is the
 *   folder; libraries are `group:artifact:version`, excluded ones `group`
 */
export function classPath({ name, version, libraries, excluded = [] }) {
  const cache = join(resolve(process.env.HERON_TEST_CACHE ?? join(root, ".heron", "servers")), name);
  const jars = join(cache, version);
  if (!existsSync(jars)) {
    console.error(`Getting ${name} ${version} from Maven Central into ${jars} …`);
    mkdirSync(cache, { recursive: true });
    download(cache, jars, pom(name, libraries, excluded));
  }
  return readdirSync(jars)
    .sort()
    .map((jar) => join(jars, jar))
    .join(":");
}

function download(cache, jars, project) {
  const work = mkdtempSync(join(cache, "download-"));
  try {
    writeFileSync(join(work, "pom.xml"), project);
    maven(work, ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${join(work, "jars")}`]);
    moveInPlace(join(work, "jars"), jars);
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
function moveInPlace(downloaded, jars) {
  try {
    renameSync(downloaded, jars);
  } catch (error) {
    if (!existsSync(jars)) throw error;
  }
}

function pom(name, libraries, excluded) {
  const exclusions = excluded.map(
    (group) => `<exclusion><groupId>${group}</groupId><artifactId>*</artifactId></exclusion>`,
  );
  const dependencies = libraries.map((library) => {
    const [groupId, artifactId, version] = library.split(":");
    return `<dependency>
      <groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>
      <exclusions>${exclusions.join("")}</exclusions>
    </dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId><artifactId>${name}</artifactId><version>1</version>
  <dependencies>${dependencies.join("")}</dependencies>
</project>
`;
}
