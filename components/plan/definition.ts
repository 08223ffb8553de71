import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { JobKey } from "../aurora/job-key";
import { openCache } from "../cache";
import { ArgumentError } from "../errors";
import { readDefinition, type Topology } from "../heron/definition";
import { emitDefinition } from "../heron/emission";
import type { PrepareRequest } from "./prepare";

const emissionSeconds = 60;

/**
 * The topology's own definition: the file that the document gives, or what its main emits, from the cache when the same
 * has been emitted before. Always emitted RUNNING: whether it processes tuples is said in the state tree alone, so that
 * deactivating changes no package.
 * @throws ArgumentError when the main fails, or the definition is of another name than the document says
 */
export async function topologyDefinition(request: PrepareRequest, job: JobKey, owner: string): Promise<Topology> {
  const { topology: args, baseDirectory } = request;
  const bytes =
    args.definition === undefined
      ? await emitDefinition(
          {
            package: resolve(baseDirectory, args.package),
            ...(args.class !== undefined && { class: args.class }),
            args: args.args ?? [],
            libraries: (args.libraries ?? []).map((file) => resolve(baseDirectory, file)),
            jvmProperties: args.jvmProperties ?? {},
            cluster: job.cluster,
            role: job.role,
            environment: job.environment,
            submitUser: owner,
            topologyName: job.name,
            timeoutMs: emissionSeconds * 1000,
          },
          openCache(),
        )
      : await readGiven(resolve(baseDirectory, args.definition), args.definition);
  const topology = readDefinition(bytes, args.definition ?? args.package, [
    args.definition === undefined ? "package" : "definition",
  ]);
  if (topology.name !== args.name) {
    const message =
      `in ${args.definition ?? args.package} the topology calls itself '${topology.name}', but the document says ` +
      `'${args.name}'. Set 'name: ${topology.name}', or have the main name it '${args.name}' (often its first argument).`;
    throw new ArgumentError([{ path: ["name"], message }]);
  }
  return topology;
}

async function readGiven(path: string, shown: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch {
    const message = `${shown} cannot be read. Emit it first, or leave 'definition' out to run the main.`;
    throw new ArgumentError([{ path: ["definition"], message }]);
  }
}
