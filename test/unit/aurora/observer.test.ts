import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { load } from "js-yaml";
import { lastWords, wordsText } from "../../../components/aurora/observer";
import type { TaskStatus } from "../../../components/aurora/task-status";
import { repoRoot } from "../../support/paths";

interface ThermosTask {
  readonly processes: readonly string[];
}

const task = (message: string, host?: string): TaskStatus => ({
  instanceId: 1,
  taskId: "heron-devel-WordCount-1-abc",
  status: "FAILED",
  ...(host !== undefined && { host }),
  assignedPorts: {},
  failureCount: 1,
  events: [{ timestamp: 1, status: "FAILED", message }],
  metadata: [],
});

describe("the last words of a task", () => {
  let server: Server;
  let asked: string[];
  let speaking: string;
  let stderr: string;
  const port = () => (server.address() as AddressInfo).port;

  beforeEach(async () => {
    asked = [];
    speaking = "launch_heron_executor";
    // As the observer does: the size without an offset, else the text as HTML.
    server = createServer((request, response) => {
      if (!(request.url ?? "").includes(speaking)) return void response.writeHead(404).end();
      asked.push(request.url ?? "");
      const query = new URL(request.url ?? "", "http://x").searchParams;
      const offset = Number(query.get("offset") ?? stderr.length);
      const data = stderr
        .slice(offset, offset + Number(query.get("length") ?? 0))
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;");
      response.end(JSON.stringify({ offset, length: data.length, ...(data !== "" && { data }) }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it("are the end of the stderr of the last process that has written any, unescaped, a few lines of it", async () => {
    speaking = "fetch_heron_system";
    stderr = `${"x".repeat(5000)}\none\ntwo\nthree\n\nfour & <more>\ncurl: (22) 403\n`;
    const words = await lastWords(task("Task failed.", "127.0.0.1"), port());
    assert.deepEqual(words?.lines, ["one", "two", "three", "four & <more>", "curl: (22) 403"]);
    assert.match(
      asked[1] ?? "",
      /^\/logdata\/heron-devel-WordCount-1-abc\/fetch_heron_system\/0\/stderr\?offset=\d+&length=2048$/,
    );
    const url = `http://127.0.0.1:${port()}/browse/heron-devel-WordCount-1-abc`;
    assert.match(
      wordsText(words),
      new RegExp(`\\n {4}fetch_heron_system: curl: \\(22\\) 403\\n {4}\\(more at ${url}\\)$`),
    );
  });

  it("are those of the executor once it has run", async () => {
    stderr = "Exception in thread main\n";
    const words = await lastWords(task("health check failed", "127.0.0.1"), port());
    assert.deepEqual([words?.process, words?.lines], ["launch_heron_executor", ["Exception in thread main"]]);
  });

  it("are asked of each process that the template of a container's task has", async () => {
    const template = load(readFileSync(join(repoRoot, "templates/thermos/task.yaml"), "utf8")) as ThermosTask;
    stderr = "said\n";
    for (speaking of template.processes)
      assert.equal((await lastWords(task("x", "127.0.0.1"), port()))?.process, speaking);
  });

  it("are none where nothing was written, no observer answers, or the task had no agent", async () => {
    stderr = "";
    assert.deepEqual((await lastWords(task("x", "127.0.0.1"), port()))?.lines, []);
    assert.deepEqual((await lastWords(task("x", "127.0.0.1"), 1))?.lines, []);
    assert.equal(await lastWords(task("x")), undefined);
    assert.equal(wordsText(undefined), "");
  });
});
