import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCache } from "../../../../components/cache";
import { UserError } from "../../../../components/errors";
import { emitDefinition } from "../../../../components/heron/emission";
import { findJava } from "../../../../components/heron/emission/java";
import { packageKind } from "../../../../components/heron/emission/package-kind";

describe("emission request", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "request-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: test\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function emit(file: string, className?: string, libraries: readonly string[] = []): Promise<Uint8Array> {
    return emitDefinition(
      {
        package: join(folder, file),
        ...(className !== undefined && { class: className }),
        args: [],
        jvmProperties: {},
        libraries,
        cluster: "c",
        role: "r",
        environment: "devel",
        submitUser: "r",
        topologyName: "T",
        timeoutMs: 1000,
      },
      openCache(folder),
    );
  }

  it("knows a package's kind by its extension", () => {
    const known = ["a.jar", "a.tar", "a.tar.gz", "a.pex", "a.so", "a.dylib"].map((file) => packageKind(`/x/${file}`));
    assert.deepEqual(known, ["jar", "tar", "tar", "pex", "library", "library"]);
  });

  it("is refused for a package of another kind, naming those that are", async () => {
    for (const file of ["a.zip", "a.tgz", "jar", ".jar", "a.jar.gz"]) {
      await assert.rejects(emit(file, "a.B"), (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /is of no kind that Heron runs\. It takes \.jar, \.tar or \.tar\.gz/);
        return true;
      });
    }
    await assert.rejects(emit("a.py", "a.B"), /A Python file goes into a pex first/);
  });

  it("is refused when the package or a library is missing, without the path of this machine", async () => {
    await assert.rejects(emit("missing.jar", "a.B"), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.message, "package: there is no file missing.jar. Build it, or correct the path.");
      return true;
    });
    writeFileSync(join(folder, "a.jar"), "");
    await assert.rejects(emit("a.jar", "a.B", [join(folder, "lib.jar")]), /there is no file lib\.jar/);
    mkdirSync(join(folder, "folder.jar"));
    await assert.rejects(emit("folder.jar", "a.B"), /folder\.jar cannot be read \(EISDIR\)/);
  });

  it("is refused for a package in a folder that Java's class path cannot name", async () => {
    mkdirSync(join(folder, "a:b"));
    writeFileSync(join(folder, "a:b", "a.jar"), "");
    await assert.rejects(emit("a:b/a.jar", "a.B"), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /Java takes the ':' in .*a:b\/a\.jar for the end of a path\. Move the checkout/);
      return true;
    });
  });

  it("is refused without a class, telling the two ways", async () => {
    for (const file of ["a.jar", "a.tar", "a.pex", "a.so"]) {
      writeFileSync(join(folder, file), "");
      await assert.rejects(emit(file), /class: the main of .* is not named\. Set 'class', or give a 'definition'/);
    }
  });
});

describe("the Java that runs a main", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "java-"));
    for (const place of ["own", "home/bin", "path"]) mkdirSync(join(folder, place), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const install = (place: string, mode = 0o755): string => {
    const file = join(folder, place);
    writeFileSync(file, "", { mode });
    return file;
  };
  const find = (): string =>
    findJava({
      JAVA_BIN: join(folder, "own", "myjava"),
      JAVA_HOME: join(folder, "home"),
      PATH: `/nonexistent::${join(folder, "path")}`,
    });

  it("is $JAVA_BIN, else that of $JAVA_HOME, else that on PATH", () => {
    const onPath = install("path/java");
    assert.equal(find(), onPath);
    const atHome = install("home/bin/java");
    assert.equal(find(), atHome);
    const own = install("own/myjava");
    assert.equal(find(), own);
  });

  it("is a file that may be run", () => {
    install("home/bin/java", 0o644);
    mkdirSync(join(folder, "own", "myjava"));
    const onPath = install("path/java");
    assert.equal(find(), onPath);
  });
});
