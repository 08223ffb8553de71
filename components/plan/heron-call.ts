import { resolve } from "node:path";
import { metadataNames } from "../aurora/thermos";
import { openCache, sha256File } from "../cache";
import { UserError } from "../errors";
import type { HeronTopologyArgs } from "../topology-args";
import { type HeronCall, submissionHash } from "../job/heron-cli/call";
import { confDir } from "./conf";
import type { PreparedTopology } from "./prepare";

/** What Heron's own submitter has no words for: it runs the main itself, and takes the job from heron.aurora alone. */
const unsaid = ["config", "constraints", "dedicated", "tier", "priority", "container", "metadata", "contact"] as const;

/**
 * What the `heron` CLI is given for a prepared topology, and the hash of it. Its heron.aurora marks the job as ours, so
 * that ownership and drift are seen in the scheduler whoever submits.
 * @throws UserError for what the document asks and the CLI cannot do
 */
export async function heronCall(
  { request }: PreparedTopology,
  owner: string,
  taskHash: string,
): Promise<{ readonly call: HeronCall; readonly submission: string }> {
  const { cluster, core, topology: args, baseDirectory } = request;
  const main = sayable(args);
  const path = resolve(baseDirectory, args.package);
  const sha256 = await sha256File(path);
  await openCache().remember(sha256, path);
  const call: HeronCall = {
    package: sha256,
    class: main,
    args: args.args ?? [],
    jvmProperties: args.jvmProperties ?? {},
    heronConfig: args.heronConfig ?? {},
    conf: Object.fromEntries(confDir(cluster, core.uri, args)),
  };
  const marks = [
    { key: metadataNames.owner, value: owner },
    { key: metadataNames.task, value: taskHash },
  ];
  return {
    call: { ...call, conf: Object.fromEntries(confDir(cluster, core.uri, args, marks)) },
    submission: submissionHash(call),
  };
}

function sayable(args: HeronTopologyArgs): string {
  const asked = unsaid.filter((key) => args[key] !== undefined);
  const problems = [
    ...(asked.length > 0 ? [`cannot say ${asked.join(", ")}`] : []),
    ...(args.healthCheck === undefined ? [] : ["has the health check of heron.aurora, not 'healthCheck'"]),
    ...(args.args ?? [])
      .filter((each) => each.startsWith("-"))
      .map((each) => `would take the argument '${each}' for an option of its own`),
  ];
  if (args.class === undefined) problems.push("runs the main itself and needs 'class'");
  if (problems.length === 0 && args.class !== undefined) return args.class;
  throw new UserError(
    `${args.name}: with 'submitter: heron-cli', heron ${problems.join("; ")}. Change that, or use 'submitter: native'.`,
  );
}
