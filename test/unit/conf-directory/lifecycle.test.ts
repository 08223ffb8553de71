import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { sha256 } from "../../../components/cache";
import { confDirectory } from "../../../components/conf-directory/lifecycle";
import { projectRoot } from "../../../components/project";

describe("a written conf dir, in the engine's eyes", () => {
  let folder: string;
  const kept = () => ({
    conf: {
      directory: relative(projectRoot(), folder),
      cluster: "west",
      files: { "client.yaml": sha256("a: 1\n"), "scheduler.yaml": sha256("b: 1\n") },
    },
  });
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, "west"), { recursive: true });
    writeFileSync(join(folder, "west", name), text);
  };
  const changes = async () => (await confDirectory.diff("id", kept(), kept())).changes;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "conf-directory-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is as it was where no file of it is, as in another checkout, and is to be written there", async () => {
    assert.deepEqual(await confDirectory.read("id", kept()), { id: "id", props: kept(), inputs: kept() });
    assert.equal(await changes(), false, "a refresh asks so");
    await confDirectory.check(kept(), kept());
    assert.equal(await changes(), true, "up checks first");
  });

  it("is looked at anew by each run, whatever an earlier one of the same process has read", async () => {
    await confDirectory.read("id", kept());
    confDirectory.configure({ config: { get: () => undefined } });
    assert.equal(await changes(), true);
  });

  it("has nothing to do where its files are as they were written", async () => {
    write("client.yaml", "a: 1\n");
    write("scheduler.yaml", "b: 1\n");
    assert.deepEqual(await confDirectory.read("id", kept()), { id: "id", props: kept(), inputs: kept() });
    assert.equal(await changes(), false);
  });

  it("comes back without the file that somebody has removed, and with what another was edited to", async () => {
    write("client.yaml", "a: 2\n");
    const { props } = await confDirectory.read("id", kept());
    assert.deepEqual(props.conf.files, { "client.yaml": sha256("a: 2\n") });
  });

  it("loses no file that the program wants by another resource, as after a rename without an alias", async () => {
    confDirectory.configure({ config: { get: () => undefined } });
    write("client.yaml", "a: 1\n");
    write("scheduler.yaml", "b: 1\n");
    const { "client.yaml": client } = kept().conf.files;
    await confDirectory.check({}, { conf: { ...kept().conf, files: { "client.yaml": client } } });
    await confDirectory.delete("id", kept());
    assert.deepEqual(readdirSync(join(folder, "west")), ["client.yaml"]);
  });
});
