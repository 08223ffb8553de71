import assert from "node:assert/strict";
import fc from "fast-check";
import { UserError } from "../../../../components/errors";
import type { EmissionRequest } from "../../../../components/heron/emission";
import { heronOptions } from "../../../../components/heron/emission/options";

const request: EmissionRequest = {
  package: "/somewhere/wordcount.jar",
  class: "org.example.WordCount",
  args: [],
  jvmProperties: {},
  cluster: "aurora",
  role: "ada",
  environment: "devel",
  submitUser: "bob",
  topologyName: "WordCount",
  timeoutMs: 1,
};

describe("HERON_OPTIONS", () => {
  it("holds what the Heron CLI gives, in its order", () => {
    assert.equal(
      heronOptions(request, "/tmp/emitted"),
      "cmdline.topologydefn.tmpdirectory=/tmp/emitted,cmdline.topology.initial.state=RUNNING,cmdline.topology.role=ada," +
        "cmdline.topology.environment=devel,cmdline.topology.cluster=aurora,cmdline.topology.file_name=wordcount.jar," +
        "cmdline.topology.class_name=org.example.WordCount,cmdline.topology.submit_user=bob",
    );
  });

  it("tells a pex the topology's name besides", () => {
    const options = heronOptions({ ...request, package: "/x/wordcount.pex", class: "-" }, "/tmp");
    assert.ok(options.endsWith(",cmdline.topology.submit_user=bob,cmdline.topology.name=WordCount"), options);
  });

  it("refuses a value that Heron would misread, naming it", () => {
    for (const change of [{ role: "a,b" }, { class: "a=b" }, { package: "/x/word,count.jar" }, { submitUser: "=" }]) {
      assert.throws(() => heronOptions({ ...request, ...change }, "/tmp"), UserError);
    }
    assert.throws(() => heronOptions({ ...request, role: "a,b" }, "/tmp"), /"a,b" \(cmdline\.topology\.role\)/);
  });

  it("is read back as given by the rules of Heron's API, or refused", () => {
    const text = fc.string({ minLength: 1 }).filter((value) => !value.includes("%"));
    fc.assert(
      fc.property(text, text, (role, submitUser) => {
        const refused = /[,=]/.test(role + submitUser);
        if (refused) {
          assert.throws(() => heronOptions({ ...request, role, submitUser }, "/tmp"), UserError);
          return;
        }
        const read = new Map(
          heronOptions({ ...request, role, submitUser }, "/tmp")
            .replaceAll("%%%%", " ")
            .split(",")
            .map((entry) => entry.split("=") as [string, string]),
        );
        assert.equal(read.get("cmdline.topology.role"), role);
        assert.equal(read.get("cmdline.topology.submit_user"), submitUser);
      }),
    );
  });
});
