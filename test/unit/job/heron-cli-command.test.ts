import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { withHeron } from "../../../components/job/heron-cli/command";
import type { AuroraJobInputs } from "../../../components/job/inputs";

const job = { cluster: "west", role: "heron", environment: "devel", name: "WordCount" };
const inputs = { scheduler: { url: "http://aurora.example:8081" } } as AuroraJobInputs;
const call = { package: "", class: "", args: [], jvmProperties: {}, heronConfig: {}, conf: {} };

/** In two pieces, of which the second begins in the middle of a line; colours as Heron has them. */
const script = `#!/bin/sh
if [ "$1" = version ]; then echo "heron.build.version : 0.20.5-incubating"; exit 0; fi
printf '[\\033[32mINFO\\033[0m]: Using cluster definition\\n[INFO]: Launch'
while [ ! -e "$HERON_GO_ON" ]; do sleep 0.02; done
echo 'ing topology'
`;

/** Names its `--config-path`. */
const failing = `#!/bin/sh
if [ "$1" = version ]; then echo "heron.build.version : 0.20.5-incubating"; exit 0; fi
echo "[ERROR]: nothing in $4/west, see $4"
exit 1
`;

describe("a command of the user's heron", () => {
  let folder: string;
  let path: string | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heron-command-"));
    path = process.env.PATH;
    process.env.PATH = [folder, path].join(delimiter);
    process.env.HERON_GO_ON = join(folder, "go-on");
  });
  afterEach(() => {
    process.env.PATH = path;
    delete process.env.HERON_GO_ON;
    rmSync(folder, { recursive: true });
  });

  it("has its lines shown as it says them, each once it is whole", async () => {
    const heron = join(folder, "heron");
    writeFileSync(heron, script);
    chmodSync(heron, 0o755);
    const said: string[] = [];
    const progress = (line: string): void => {
      said.push(line);
      // It goes on only when its first line was shown: one that came at the end alone would never come.
      if (line.includes("Using cluster definition")) writeFileSync(join(folder, "go-on"), "");
    };
    await withHeron({ job, inputs }, call, { progress }, (run) => run(() => ["submit"], 20));
    const own = said.filter((line) => !line.includes("heron.build"));
    assert.equal(own.length, 2, said.join("\n"));
    assert.match(own[0] ?? "", /INFO\]: Using cluster definition$/);
    assert.match(own[1] ?? "", /Launching topology$/);
  });

  it("that fails has its words without where its conf dir lay, which is another folder each time", async () => {
    const heron = join(folder, "heron");
    writeFileSync(heron, failing);
    chmodSync(heron, 0o755);
    const work = () =>
      withHeron({ job, inputs }, call, { progress: () => undefined }, (run) =>
        run(({ configPath }) => ["update", "west/heron/devel", "--config-path", configPath], 20),
      );
    const words = "'heron update west/heron/devel' failed (exit code 1).\n  [ERROR]: nothing in conf/west, see conf";
    await assert.rejects(work, ({ message }: Error) => message === words);
  });
});
