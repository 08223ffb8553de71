import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { DocumentError } from "../../../components/config/problem";

/** Paths from the folder above `stacks/` → texts. */
export type Files = Readonly<Record<string, string>>;

export const stackYaml = `cluster: west
role: heron
environment: prod
scheduler: { url: "https://aurora.example:8081" }
state: { zookeeper: { servers: "zk1.example:2181" } }
artifacts: { directory: { path: /mnt/heron/packages } }
core: { path: ../dist/heron-core.tar.gz }
`;

export const topologyYaml = `name: wordcount
package: wordcount.jar
class: org.example.WordCount
`;

/** A stack with one topology, right in everything. */
export const goodFiles: Files = {
  "dist/heron-core.tar.gz": "",
  "stacks/prod.yaml": stackYaml,
  "stacks/topologies/wordcount.yaml": topologyYaml,
  "stacks/topologies/wordcount.jar": "",
};

/** Runs `body` with the files in a folder of their own; gives it the folder. */
export function withFiles<T>(files: Files, body: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), "heron-documents-"));
  try {
    writeFiles(root, files);
    return body(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export function writeFiles(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** The lines of the DocumentError that `body` throws. @throws whatever else it throws; Error when it does not throw. */
export function problemLines(body: () => unknown): readonly string[] {
  try {
    body();
  } catch (error) {
    if (error instanceof DocumentError) return error.message.split("\n");
    throw error;
  }
  throw new Error("Nothing was found wrong.");
}
