import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cache, openCache } from "../../../components/cache";
import { emitDefinition, type EmissionRequest } from "../../../components/heron/emission";
import { goldenPath } from "../../support/paths";
import { requestFor, testFolder, withEnvironment } from "./fixtures";

const recorded = readFileSync(goldenPath("heron", "P-cpp", "definition.defn"));

/** As a program on Heron's C++ API does it: the folder is told in HERON_OPTIONS, the definition goes into it. */
const program = `#!/bin/sh
folder=$(echo "$HERON_OPTIONS" | tr , '\\n' | sed -n 's/^cmdline.topologydefn.tmpdirectory=//p' | sed 's/%%%%/ /g')
[ "$1" = "as asked" ] || exit 5
cp "$DEFINITION" "$folder/P-cpp.defn"
`;

describe("emission of a C++ topology", () => {
  let folder: string;
  let cache: Cache;
  let request: EmissionRequest;

  beforeEach(() => {
    folder = testFolder();
    cache = openCache(folder);
    mkdirSync(join(folder, "build"));
    writeFileSync(join(folder, "build", "libwordcount.so"), "the library");
    writeFileSync(join(folder, "build", "emit"), program, { mode: 0o755 });
    cpSync(goldenPath("heron", "P-cpp", "definition.defn"), join(folder, "given.defn"));
    request = requestFor(join(folder, "build", "libwordcount.so"), "P-cpp", {
      class: "./emit",
      args: ["as asked"],
      libraries: [],
    });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const emit = (changes: Partial<EmissionRequest> = {}): Promise<Uint8Array> =>
    withEnvironment({ DEFINITION: join(folder, "given.defn") }, () =>
      emitDefinition({ ...request, ...changes }, cache),
    );

  it("runs the program that the class names, beside the library", async () => {
    assert.deepEqual(Buffer.from(await emit()), recorded);
    assert.deepEqual(Buffer.from(await emit({ class: join(folder, "build", "emit") })), recorded);
  });

  it("runs it again when the program or the library is another", async () => {
    await emit();
    rmSync(join(folder, "given.defn"));
    assert.deepEqual(Buffer.from(await emit()), recorded);
    writeFileSync(join(folder, "build", "libwordcount.so"), "another library");
    await assert.rejects(emit(), /exited with 1/);
    writeFileSync(join(folder, "build", "libwordcount.so"), "the library");
    assert.deepEqual(Buffer.from(await emit()), recorded);
    writeFileSync(join(folder, "build", "emit"), `${program}# changed\n`);
    await assert.rejects(emit(), /exited with 1/);
  });

  it("takes nothing but a file for a definition", async () => {
    for (const [name, made] of [
      ["folder", "mkdir"],
      ["pipe", "mkfifo"],
      ["link", "ln -s /nowhere"],
    ] as const) {
      const text = program.replace(/^cp .*$/m, `${made} "$folder/P-cpp.defn"`);
      writeFileSync(join(folder, "build", name), text, { mode: 0o755 });
      await assert.rejects(emit({ class: name }), /the main ended well but emitted no topology/, name);
    }
  });

  it("says so when there is no such program, or it may not be run", async () => {
    await assert.rejects(emit({ class: "other" }), /^UserError: class: there is no file other\. Build it/);
    writeFileSync(join(folder, "build", "plain"), program, { mode: 0o644 });
    await assert.rejects(
      emit({ class: "plain" }),
      /the main of plain could not be started \(EACCES\)\. Make the program executable/,
    );
  });
});
