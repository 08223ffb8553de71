import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { load } from "js-yaml";
import { filesBelow } from "../support/files-below";
import { LocalEnvironment } from "../support/local-environment";

describe("a conf dir that is written for those who run heron by hand", () => {
  let environment: LocalEnvironment;

  before(async () => {
    environment = await LocalEnvironment.start();
    environment.document({ topologies: [], writeConf: "../heron-conf" });
  });

  after(() => environment.dispose());

  const file = (name: string) => environment.project.path("heron-conf/sandbox", name);
  const text = (name: string) => readFileSync(file(name), "utf8");

  it("is announced file by file, and written in full", async () => {
    assert.match((await environment.project.preview()).output, /"write 13 files"/);
    assert.ok(!existsSync(file("client.yaml")));
    await environment.project.up();
    assert.equal(readdirSync(environment.project.path("heron-conf/sandbox")).length, 13);
    assert.match(text("statemgr.yaml"), new RegExp(`heron\\.statemgr\\.root\\.path: ${environment.stateRoot}`));
    assert.ok(!JSON.stringify(await environment.project.resources()).includes(environment.project.directory));
  });

  it("names the keys that a change of the document changes, and warns of one that Heron does not know", async () => {
    const conf = { "stateful.yaml": { "heron.ckptmgr.network.read.batch.time.ms": 8, "heron.made.up": 1 } };
    environment.document({ topologies: [], writeConf: "../heron-conf", conf });
    const { output } = await environment.project.preview();
    assert.match(output, /"stateful\.yaml: heron\.ckptmgr\.network\.read\.batch\.time\.ms, heron\.made\.up"/);
    assert.match(output, /warning: conf\.stateful\.yaml: Heron is not known to read 'heron\.made\.up'/);
    const before = text("client.yaml");
    await environment.project.up();
    assert.match(text("stateful.yaml"), /heron\.made\.up: 1/);
    assert.equal(text("client.yaml"), before);
  });

  it("comes back as the document says when somebody edits it by hand", async () => {
    const before = text("client.yaml");
    writeFileSync(file("client.yaml"), `${before}# by hand\n`);
    await environment.project.up("--refresh");
    assert.equal(text("client.yaml"), before);
    assert.match((await environment.project.up()).output, /4 unchanged/);
  });

  it("is no drift in a checkout that has never had it, and is written there by the next up", async () => {
    rmSync(environment.project.path("heron-conf"), { recursive: true });
    await environment.project.succeed(["refresh", "--preview-only", "--expect-no-changes", "--stack", "test"]);
    assert.match((await environment.project.preview()).output, /"write 13 files"/);
    await environment.project.up("--refresh");
    assert.equal(readdirSync(environment.project.path("heron-conf/sandbox")).length, 13);
    assert.match((await environment.project.up("--refresh")).output, /4 unchanged/);
  });

  it("takes the user's own heron.aurora, and refuses one that would not work", async () => {
    environment.project.write("stacks/mine.aurora", "jobs = []\n");
    const settings = { topologies: [], writeConf: "../heron-conf", heronAurora: "mine.aurora" };
    environment.document(settings);
    const refused = await environment.project.pulumi(environment.project.command("up"));
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /stacks\/test\.yaml: heronAurora: mine\.aurora uses no \{\{CLUSTER\}\}/);
    // What was written is a beginning.
    const own = `${text("heron.aurora")}# mine\n`;
    environment.project.write("stacks/mine.aurora", own);
    await environment.project.up();
    assert.equal(text("heron.aurora"), own);
  });

  describe("with keys for Heron's S3 uploader, which the configuration asks for", () => {
    const uploader = { "heron.class.uploader": "org.apache.heron.uploader.s3.S3Uploader" };
    const keys = { accessKey: "AKIAEXAMPLEKEY", secretKey: 'a"secret/+key' };
    const rotated = "another+secret";
    const configure = async (key: keyof typeof keys, value: string) =>
      environment.project.succeed([
        ...[
          "config",
          "set",
          "--stack",
          "test",
          "--secret",
          "--path",
          `heron:credentials.sandbox.uploader.${key}`,
          value,
        ],
      ]);
    const before = () => text("uploader.yaml").split("# Of heron:credentials")[0];

    it("has them, for its owner's eyes alone, and nothing else has them", async () => {
      environment.document({ topologies: [], writeConf: "../heron-conf", conf: { "uploader.yaml": uploader } });
      await environment.project.up();
      const plain = text("uploader.yaml");
      for (const key of ["accessKey", "secretKey"] as const) await configure(key, keys[key]);
      assert.match(
        (await environment.project.preview()).output,
        /"uploader\.yaml: heron\.uploader\.s3\.access_key, heron/,
      );
      const { output } = await environment.project.up();
      const { "heron.uploader.s3.access_key": access, "heron.uploader.s3.secret_key": secret } = load(
        text("uploader.yaml"),
      ) as Record<string, unknown>;
      assert.deepEqual({ accessKey: access, secretKey: secret }, keys);
      assert.equal(statSync(file("uploader.yaml")).mode & 0o777, 0o600);
      assert.equal(before(), plain);
      const elsewhere = [
        output,
        JSON.stringify(await environment.project.resources()),
        ...filesBelow(environment.project.path(".heron")).map((path) => readFileSync(path, "latin1")),
      ];
      for (const each of elsewhere) assert.ok(!each.includes(keys.accessKey) && !each.includes("secret/+key"));
    });

    it("follows them when they are rotated or taken out, and has nothing to do else", async () => {
      assert.match((await environment.project.up("--refresh")).output, /4 unchanged/);
      await configure("secretKey", rotated);
      await environment.project.up();
      assert.match(text("uploader.yaml"), /secret_key: "another\+secret"\n$/);
      await environment.project.succeed(["config", "rm", "--stack", "test", "--path", "heron:credentials.sandbox"]);
      await environment.project.up();
      assert.equal(text("uploader.yaml"), before());
      assert.doesNotMatch(text("uploader.yaml"), /^heron\.uploader\.s3\.secret_key/m);
    });
  });

  it("is removed with what it wrote, and nothing else", async () => {
    writeFileSync(file("notes.txt"), "of the operator");
    await environment.project.destroy();
    assert.deepEqual(readdirSync(environment.project.path("heron-conf/sandbox")), ["notes.txt"]);
  });
});
