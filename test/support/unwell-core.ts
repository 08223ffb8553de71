import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

/** A core package whose executor says at every health check that it is not ready. */
export async function unwellCore(): Promise<Buffer> {
  const tar = pack();
  tar.entry(
    { name: "heron-core/bin/heron-executor", mode: 0o755 },
    `#!/usr/bin/env node
const port = Number(/--shell-port=(\\d+)/.exec(process.argv.join(" "))[1]);
require("node:http").createServer((_, answer) => answer.writeHead(503).end("not ready")).listen(port, "127.0.0.1");
`,
  );
  tar.finalize();
  return gzipSync(await buffer(tar));
}
