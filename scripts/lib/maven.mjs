import { execFileSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fetchedFolder } from "./fetched-folder.mjs";

/**
 * Libraries with all that they depend on, from Maven Central, as a Java class path.
 * @param {{ name: string, version: string, libraries: string[], excluded?: string[] }} what `name`/`version` is the
 *   folder; libraries are `group:artifact:version`, excluded ones `group`
 */
export function classPath({ name, version, libraries, excluded = [] }) {
  const jars = fetchedFolder({ name, version, from: "Maven Central" }, (work, made) => {
    writeFileSync(join(work, "pom.xml"), pom(name, libraries, excluded));
    maven(work, ["dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${made}`]);
  });
  return readdirSync(jars)
    .sort()
    .map((jar) => join(jars, jar))
    .join(":");
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
