import assert from "node:assert/strict";
import { scriptModule } from "../../support/script-module";

interface Summary {
  renderSummary: (outputs: unknown, sandbox: { pid: number; logFile: string }) => string;
}

const outputs = {
  topologies: {
    wordcount: {
      jobKey: "local/ada/devel/wordcount",
      containers: 3,
      parallelism: { words: 1, count: 3 },
      resources: { cpu: 2.5, ramMb: 3072, diskMb: 14336 },
      package: { uri: "file:///var/packages/wordcount-aa.tar.gz", sha256: "aa11" },
      jobPage: "http://127.0.0.1:8081/scheduler/ada/devel/wordcount",
    },
    other: {
      jobKey: "local/ada/devel/other",
      containers: 2,
      parallelism: { words: 2 },
      resources: { cpu: 1, ramMb: 1024, diskMb: 1024 },
      package: { uri: "file:///var/packages/other-bb.tar.gz", sha256: "bb22" },
      jobPage: "http://127.0.0.1:8081/scheduler/ada/devel/other",
    },
  },
  core: { uri: "file:///var/packages/core-cc.tar.gz", sha256: "cc33" },
  scheduler: "http://127.0.0.1:8081",
};

describe("the summary of npm start", () => {
  let lines: string[];

  before(async () => {
    const { renderSummary } = (await scriptModule("summary.mjs")) as Summary;
    lines = renderSummary(outputs, { pid: 4711, logFile: "/var/sandbox.log" }).split("\n");
  });

  function assertLine(pattern: RegExp): void {
    assert.ok(
      lines.some((line) => pattern.test(line)),
      `no line like ${pattern.source} in:\n${lines.join("\n")}`,
    );
  }

  it("names every topology with its job key and page", () => {
    assertLine(/^Topology wordcount is RUNNING$/);
    assertLine(/job key +local\/ada\/devel\/wordcount$/);
    assertLine(/job page +http:\/\/127\.0\.0\.1:8081\/scheduler\/ada\/devel\/wordcount$/);
    assertLine(/^Topology other is RUNNING$/);
  });

  it("says how many containers there are and what each has", () => {
    assertLine(/containers +3 with the TManager's, each with 2\.5 cpu, 3072 MiB of memory and 14336 MiB of disk$/);
    assertLine(/instances +words ×1, count ×3$/);
  });

  it("says where every package lies, with its checksum", () => {
    for (const sha256 of ["aa11", "bb22", "cc33"]) assertLine(new RegExp(`sha256 +${sha256}$`));
    assertLine(/package +file:\/\/\/var\/packages\/core-cc\.tar\.gz$/);
  });

  it("names the scheduler, what to try next, and what is left running and how to stop it", () => {
    assertLine(/^Scheduler +http:\/\/127\.0\.0\.1:8081$/);
    assertLine(/edit stacks\/topologies\/wordcount\.yaml/);
    assertLine(/npm run plan -- local/);
    assertLine(/sandbox Aurora, process 4711 .*\/var\/sandbox\.log/);
    assertLine(/npm run down` stops it/);
  });
});
