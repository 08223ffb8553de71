import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { plainLines, requireSuccess, requireVersion } from "../../../../components/heron/cli";
import { UserError } from "../../../../components/errors";
import { goldenJson } from "../../../support/paths";

interface Recorded {
  readonly title: string;
  readonly rc: number;
  readonly output: readonly string[];
}

describe("how a command of the heron CLI ended", () => {
  const end = { code: 0, signal: null, timedOut: false, said: "" };
  const files = ["activate", "kill", "restart", "update", "submit-errors"];

  for (const file of files) {
    it(`tells every recorded failure of ${file} in Heron's own words, and no recorded success`, () => {
      const recorded = goldenJson("heron", "_lifecycle", `${file}.json`) as Recorded[];
      for (const { title, rc, output } of recorded) {
        // A folder that no machine has, of which nothing is left out.
        const said = output.join("\n").replaceAll("/opt/", "/not-here/");
        const read = () => requireSuccess("heron x", { ...end, code: rc, said }, 1);
        if (rc === 0) assert.doesNotThrow(read, title);
        else {
          assert.throws(read, (error: Error) => {
            const last = plainLines(said).at(-1) ?? "";
            return error instanceof UserError && error.message.includes("exit code 1") && error.message.includes(last);
          });
        }
      }
    });
  }

  it("says that one was killed at its deadline, and that there is no heron", () => {
    const late = { ...end, code: null, signal: "SIGKILL", timedOut: true, said: "Launching" } as const;
    assert.throws(() => requireSuccess("heron submit", late, 30), /had not ended after 30 s.*\n {2}Launching/);
    assert.throws(
      () => requireVersion({ ...end, code: null, notStarted: "ENOENT" }),
      /no 'heron' command.*Nothing was/,
    );
  });

  it("names no folder of this machine, which the state would keep, but all that is elsewhere", () => {
    const folder = mkdtempSync(join(tmpdir(), "heron-here-"));
    const uri = pathToFileURL(folder).href;
    const elsewhere = `ERROR: no node /not-here/topologies/A, http://host${folder}/x and west/heron/devel of https://host:1/tmp/y`;
    const said = `ERROR: ${folder}/A.jar (${folder}/b/A.defn) of ${uri}/conf/A.yaml:${folder}/c.jar\n${elsewhere}`;
    try {
      assert.throws(
        () => requireSuccess("heron submit", { ...end, code: 1, said }, 30),
        ({ message }: Error) =>
          message ===
          `'heron submit' failed (exit code 1).\n  ERROR: …/A.jar (…/A.defn) of file://…/A.yaml:…/c.jar\n  ${elsewhere}`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says that one has more arguments than the system takes", () => {
    assert.throws(
      () => requireSuccess("heron submit west/heron/devel", { ...end, code: null, notStarted: "E2BIG" }, 30),
      /^UserError: 'heron submit west\/heron\/devel' could not be started: its arguments.*\(E2BIG\)\. Shorten 'args'/,
    );
  });

  it("takes version 0.20 alone", () => {
    requireVersion({ ...end, said: "heron.build.host : h\nheron.build.version : 0.20.5-incubating\n" });
    for (const said of ["heron.build.version : 0.17.8", "heron.build.version : 0.200.1", ""]) {
      assert.throws(() => requireVersion({ ...end, said }), /Nothing was touched/);
    }
  });
});
