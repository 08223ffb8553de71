import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError } from "../../errors";
import type { Finding } from "../../finding";
import { readDefinition } from "../definition";

/**
 * The definition that a main left in a folder. Several are possible; then the one of the wanted name is meant.
 * @throws ArgumentError when there is none, or none of that name
 */
export async function readEmitted(directory: string, topologyName: string): Promise<Uint8Array> {
  const entries = await readdir(directory, { withFileTypes: true });
  // Whatever else a main has put there is none, and may never end where it is read.
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".defn")).map(({ name }) => name);
  const emitted = await Promise.all(
    files.sort().map(async (file) => {
      const bytes = new Uint8Array(await readFile(join(directory, file)));
      return { bytes, name: readDefinition(bytes, file, ["package"]).name };
    }),
  );
  const wanted = emitted.find(({ name }) => name === topologyName);
  if (wanted !== undefined) return wanted.bytes;
  const names = emitted.map(({ name }) => name);
  throw new ArgumentError([whyNone(names, topologyName)]);
}

function whyNone(names: readonly string[], wanted: string): Finding {
  const [first] = names;
  if (first === undefined) {
    const message =
      "the main ended well but emitted no topology. It must submit one: HeronSubmitter.submitTopology in Java, write() in Python.";
    return { path: ["package"], message };
  }
  const message =
    names.length > 1
      ? `the main emitted ${names.length} topologies (${names.join(", ")}), none of them '${wanted}'. Set 'name' to the one that is meant.`
      : `the topology calls itself '${first}', but the document says '${wanted}'. Set 'name: ${first}', or have the main name it '${wanted}' (often its first argument).`;
  return { path: ["name"], message };
}
