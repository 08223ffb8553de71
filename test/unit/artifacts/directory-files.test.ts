import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { filesToGo, holdsFile, putFile, releaseFiles } from "../../../components/artifacts/directory-files";
import { keptFile } from "../../../components/artifacts/kept-file";
import type { PackageFileInputs } from "../../../components/artifacts/package-file";
import { directoryUri } from "../../../components/artifacts/planned-uri";
import { packageFile } from "../../../components/artifacts/package-file-lifecycle";
import { UserError } from "../../../components/errors";

describe("a package in the directory store", () => {
  let root: string;
  let source: string;
  const folder = () => join(root, "store", "core");
  const packages = () => (existsSync(folder()) ? readdirSync(folder()).filter((name) => name.endsWith(".tar.gz")) : []);

  /** Inputs for a package of this content, which is written to `source`. */
  const packageOf = (content: string, changes: Partial<PackageFileInputs> = {}): PackageFileInputs => {
    writeFileSync(source, content);
    return {
      directory: join(root, "store"),
      folder: "core",
      name: "heron-core",
      sha256: createHash("sha256").update(content).digest("hex"),
      size: content.length,
      owner: "user/test/core",
      ...changes,
    };
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "store-"));
    source = join(root, "source.tar.gz");
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it("lies under its hash, whole, and nothing else does", async () => {
    const inputs = packageOf("content");
    await putFile(inputs, source);
    assert.deepEqual(packages(), [`heron-core-${inputs.sha256}.tar.gz`]);
    assert.equal(readFileSync(join(folder(), packages()[0] ?? ""), "utf8"), "content");
    assert.ok(await holdsFile(inputs));
  });

  it("has a name that a folder takes, or is refused when planned, before anything is uploaded", async () => {
    const longest = packageOf("content", { name: "é".repeat(70) + "n" });
    assert.match(directoryUri(longest.directory, longest.folder, longest), /^file:/);
    await putFile(longest, source);
    await releaseFiles(longest);
    assert.deepEqual(packages(), []);
    const longer = packageOf("content", { name: "é".repeat(71) });
    assert.throws(() => directoryUri(longer.directory, longer.folder, longer), /is too long .* at most 141 bytes/);
  });

  it("is everybody's to reach and to read, whatever this process's umask is", async () => {
    const before = process.umask(0o077);
    try {
      const inputs = packageOf("content", { folder: "topologies/west/heron/devel/WordCount" });
      await putFile(inputs, source);
      const store = join(root, "store");
      for (let made = join(store, inputs.folder); made.length >= store.length; made = dirname(made))
        assert.equal(statSync(made).mode & 0o777, 0o755, made);
    } finally {
      process.umask(before);
    }
  });

  it("leaves folders that a group shares to the group", async () => {
    const before = process.umask(0o002);
    try {
      mkdirSync(join(root, "store"));
      chmodSync(join(root, "store"), 0o2775);
      await putFile(packageOf("content"), source);
      assert.equal(statSync(folder()).mode & 0o7777, 0o2775);
    } finally {
      process.umask(before);
    }
  });

  it("is to go with its last owner, in each of its versions; also one that a killed release has let go of", async () => {
    const old = packageOf("old");
    await putFile(old, source);
    const current = packageOf("current");
    await putFile(current, source);
    await putFile({ ...current, owner: "user/other/core" }, source);
    const path = ({ sha256 }: PackageFileInputs) => join(folder(), `heron-core-${sha256}.tar.gz`);
    assert.deepEqual(await filesToGo(current), [path(old)]);
    rmSync(join(`${path(old)}.owners`, "user+test+core"));
    assert.deepEqual(await filesToGo(current), [path(old)]);
    await releaseFiles(current);
    assert.deepEqual(packages(), [`heron-core-${current.sha256}.tar.gz`]);
    assert.deepEqual(await filesToGo(current), []);
  });

  it("that is there already is not written again, though its source be gone", async () => {
    const inputs = packageOf("content");
    await putFile(inputs, source);
    rmSync(source);
    await putFile(inputs, source);
  });

  it("that was cut or damaged is written anew", async () => {
    const inputs = packageOf("content");
    await putFile(inputs, source);
    const file = join(folder(), packages()[0] ?? "");
    for (const damage of ["con", "CONTENT"]) {
      writeFileSync(file, damage);
      await putFile(inputs, source);
      assert.equal(readFileSync(file, "utf8"), "content");
    }
  });

  it("is refused when its source is not what was planned, and leaves nothing of it", async () => {
    const inputs = packageOf("content");
    writeFileSync(source, "changed");
    await assert.rejects(putFile(inputs, source), UserError);
    assert.deepEqual(
      readdirSync(folder()).filter((name) => !name.endsWith(".owners")),
      [],
    );
  });

  it("survives eight that put it at once", async () => {
    const inputs = packageOf("content".repeat(100_000));
    await Promise.all(Array.from({ length: 8 }, () => putFile(inputs, source)));
    assert.equal(packages().length, 1);
    assert.ok(await holdsFile(inputs));
    assert.ok(!readdirSync(folder()).some((name) => name.endsWith(".part")));
  });

  it("stays when another version is put beside it", async () => {
    const old = packageOf("old");
    await putFile(old, source);
    await putFile(packageOf("new"), source);
    assert.ok(await holdsFile(old));
    assert.equal(packages().length, 2);
  });

  it("stays as long as one of its owners keeps it, and goes with the last", async () => {
    const inputs = packageOf("content");
    const other = { ...inputs, owner: "user/other/core" };
    await putFile(inputs, source);
    await putFile(other, source);
    await releaseFiles(inputs);
    assert.ok(await holdsFile(other));
    await releaseFiles(other);
    assert.ok(!existsSync(folder()));
  });

  it("that its owner has claimed by another path of the same folder stays when it is let go of by the first", async () => {
    const past = packageOf("past");
    await putFile(past, source);
    const inputs = packageOf("content");
    await putFile(inputs, source);
    symlinkSync(join(root, "store"), join(root, "link"));
    const linked = { ...inputs, directory: join(root, "link") };
    await putFile(linked, source);
    assert.deepEqual(await filesToGo(inputs), [join(folder(), `heron-core-${past.sha256}.tar.gz`)]);
    await releaseFiles(inputs);
    assert.deepEqual(packages(), [`heron-core-${inputs.sha256}.tar.gz`]);
    await releaseFiles(linked);
    assert.ok(!existsSync(folder()));
  });

  it("that the same run wants stays when a former claim by the same path is let go of, and others of that owner do not", async () => {
    const past = packageOf("past");
    await putFile(past, source);
    const inputs = packageOf("content");
    symlinkSync(join(root, "store"), join(root, "link"));
    const linked = { ...inputs, directory: join(root, "link") };
    // There, and back before the first was let go of.
    for (const each of [inputs, linked, inputs]) await putFile(each, source);
    packageFile.check({}, { file: keptFile(inputs) });
    await packageFile.delete("", { file: keptFile(inputs) });
    await packageFile.delete("", { file: keptFile(linked) });
    assert.deepEqual(packages(), [`heron-core-${inputs.sha256}.tar.gz`]);
    await releaseFiles(inputs);
    assert.ok(!existsSync(folder()));
  });

  it("is let go of by a path that differs by slashes alone, and where the claim says no path, as of earlier versions", async () => {
    const inputs = packageOf("content");
    const [path, claim] = [`heron-core-${inputs.sha256}.tar.gz`, "user+test+core"];
    for (const earlier of [false, true]) {
      await putFile(inputs, source);
      if (earlier) writeFileSync(join(folder(), `${path}.owners`, claim), "");
      const slashes = { ...inputs, directory: `${root}//store/` };
      assert.deepEqual(await filesToGo(slashes), [join(folder(), path)]);
      await releaseFiles(slashes);
      assert.ok(!existsSync(folder()));
    }
  });

  it("is no other one where the store's path has other slashes, and is one where it is another path", () => {
    const inputs = packageOf("content");
    const diff = (directory: string) =>
      packageFile.diff("", { file: keptFile(inputs) }, { file: keptFile({ ...inputs, directory }) });
    for (const directory of [`${root}/store/`, `${root}//store`, `/${root}/store//`])
      assert.deepEqual(diff(directory), { changes: false, replaces: [], deleteBeforeReplace: false }, directory);
    assert.deepEqual(diff(`${root}/link`).replaces, ["file"]);
  });

  it("leaves nothing behind whose release was killed at its last step", async () => {
    const inputs = packageOf("content");
    await putFile(inputs, source);
    const name = packages()[0] ?? "";
    rmSync(join(folder(), `${name}.owners`), { recursive: true });
    renameSync(join(folder(), name), join(folder(), `${name}.${randomUUID()}.part`));
    await releaseFiles(inputs);
    assert.ok(!existsSync(folder()));
  });

  it("is released once and again without complaint", async () => {
    const inputs = packageOf("content");
    await releaseFiles(inputs);
    await putFile(inputs, source);
    await releaseFiles(inputs);
    await releaseFiles(inputs);
    assert.ok(!(await holdsFile(inputs)));
  });

  it("is refused by a store that cannot be used, with what to do", async () => {
    const inputs = packageOf("content");
    writeFileSync(join(root, "store"), "a file where the folder should be");
    for (const use of [putFile(inputs, source), holdsFile(inputs), releaseFiles(inputs)]) {
      await assert.rejects(
        use,
        (error) => error instanceof UserError && /cannot be used.*artifacts\.directory\.path/.test(error.message),
      );
    }
  });
});
