import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { openCache } from "../../../components/cache";
import { emitDefinition } from "../../../components/heron/emission";
import { downloadTimeoutMs } from "../../support/libraries";
import { repoRoot } from "../../support/paths";
import { requestFor, testFolder, withoutRandomId } from "./fixtures";

const example = join(repoRoot, "examples", "wordcount");

interface Document {
  readonly cluster?: string;
  readonly role?: string;
  readonly environment?: string;
  readonly name?: string;
  readonly class?: string;
  readonly args?: readonly string[];
}

function document(...path: string[]): Document {
  return load(readFileSync(join(repoRoot, "stacks", ...path), "utf8")) as Document;
}

describe("the word count that `npm start` deploys", () => {
  let folder: string;
  before(() => (folder = testFolder()));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is in the repository as its source builds it, byte for byte", function () {
    this.timeout(downloadTimeoutMs);
    const project = join(folder, "wordcount");
    for (const part of ["pom.xml", "src"]) cpSync(join(example, part), join(project, part), { recursive: true });
    // The modes of a jar's entries follow the umask.
    execFileSync("sh", ["-c", "umask 022 && exec mvn -q -B package"], {
      cwd: project,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const built = readFileSync(join(project, "target", "wordcount.jar"));
    assert.ok(
      built.equals(readFileSync(join(example, "wordcount.jar"))),
      "examples/wordcount/wordcount.jar is not what JDK 17 and Maven make of its source: build it and copy it there",
    );
  });

  it("emits the definition in the repository, but for its random id", async () => {
    const { cluster = "", role = "", environment = "" } = document("local.yaml");
    const { name = "", class: main = "", args = [] } = document("topologies", "wordcount.yaml");
    const jar = join(example, "wordcount.jar");
    const request = requestFor(jar, name, { class: main, args, cluster, role, environment, submitUser: role });
    const kept = readFileSync(join(example, "wordcount.defn"));
    assert.deepEqual(
      withoutRandomId(await emitDefinition(request, openCache(folder)), "emitted"),
      withoutRandomId(kept, "wordcount.defn"),
    );
  });
});
