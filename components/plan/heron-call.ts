import { resolve } from "node:path";
import type { Metadata } from "../aurora/job-configuration";
import { openCache } from "../cache";
import type { HeronClusterArgs, SchedulerArgs } from "../cluster-args";
import { ArgumentError, UserError } from "../errors";
import type { Finding, Path } from "../finding";
import type { Resources } from "../heron/packing";
import type { HeronTopologyArgs } from "../topology-args";
import { type HeronCall, markNames, submissionHash } from "../job/heron-cli/call";
import { confDir } from "./conf";
import { definedContainer } from "./packing";
import type { PreparedTopology, PrepareRequest } from "./prepare";

/** What Heron's own submitter has no words for: it runs the main itself, and takes the job from heron.aurora alone. */
const aurorasOwn = [
  "constraints",
  "dedicated",
  "tier",
  "priority",
  "partitionPolicy",
  "slaPolicy",
  "container",
  "gpus",
  "fetcherUris",
  "taskLinks",
  "metadata",
  "contact",
] as const;
const unsaid = ["config", ...aurorasOwn] as const;

/**
 * What the `heron` CLI is given for a prepared topology, and the hash of it. Its heron.aurora marks the job as ours, so
 * that ownership and drift are seen in the scheduler whoever submits; one of the user's gets the marks by Heron's bindings.
 * @throws UserError for what the document asks and the CLI cannot do, an ArgumentError where single values ask for it
 */
export async function heronCall(
  { request, topology, packing }: PreparedTopology,
  owner: string,
  taskHash: string,
): Promise<{ readonly call: HeronCall; readonly submission: string }> {
  const { cluster, topology: args, baseDirectory, heronAurora } = request;
  const main = sayable(args, cluster.scheduler);
  const isLocal = cluster.scheduler.local !== undefined;
  if (!isLocal) refuseGrowth(args, packing.container, definedContainer(topology, args, cluster.conf));
  const path = resolve(baseDirectory, args.package);
  const cache = openCache();
  const sha256 = await cache.hash(path);
  await cache.remember(sha256, path);
  const call: HeronCall = {
    package: sha256,
    class: main,
    args: args.args ?? [],
    jvmProperties: args.jvmProperties ?? {},
    heronConfig: args.heronConfig ?? {},
    conf: ownConf(request, cluster),
    ...(args.verboseGc === true && { verboseGc: true }),
    ...(isLocal && { ownRelease: true }),
  };
  const submission = submissionHash(call);
  const values = [owner, taskHash, submission];
  if (heronAurora === undefined) {
    const marks = markNames.map((key, index) => ({ key, value: values[index] ?? "" }));
    return { call: { ...call, conf: ownConf(request, cluster, marks) }, submission };
  }
  const properties = { "heron.scheduler.properties": ["heron.aurora", ...values].join(",") };
  const conf = { ...cluster.conf, "scheduler.yaml": { ...cluster.conf?.["scheduler.yaml"], ...properties } };
  return { call: { ...call, conf: ownConf(request, { ...cluster, conf }, []) }, submission };
}

/** `heron update` keeps the size that a submission has given the containers, however much it puts into them. */
function refuseGrowth({ name }: HeronTopologyArgs, wanted: Resources, given: Resources): void {
  const small = (["cpu", "ram", "disk"] as const).filter((each) => wanted[each] > given[each]);
  if (small.length === 0) return;
  throw new UserError(
    `${name}: with 'submitter: heron-cli', containers keep the size that the main's own parallelism gives them, and what ` +
      `the document puts into one needs more ${small.join(" and ")}. Raise containerNumber, say it in the main, or use 'submitter: native'.`,
  );
}

function ownConf(
  { core, topology, heronAurora }: PrepareRequest,
  cluster: HeronClusterArgs,
  marks?: readonly Metadata[],
): Readonly<Record<string, string>> {
  // Without marks it is what the submission is known by, which says what the job does and not how we word it.
  const fetched = marks === undefined ? { uri: core.uri } : core;
  const conf = Object.fromEntries(confDir(cluster, fetched, topology, marks ?? []));
  return heronAurora === undefined ? conf : { ...conf, "heron.aurora": heronAurora };
}

function sayable(args: HeronTopologyArgs, { local }: SchedulerArgs): string {
  if (local !== undefined) refuseAurorasOwn(args);
  const unable = (path: Path, what: string): Finding => ({
    path,
    message: `with 'submitter: heron-cli', heron ${what}. Change that${local === undefined ? ", or use 'submitter: native'" : ""}.`,
  });
  const findings = [
    ...unsaid.filter((key) => args[key] !== undefined).map((key) => unable([key], "cannot say this")),
    ...(args.healthCheck === undefined
      ? []
      : [unable(["healthCheck"], "has the health check of heron.aurora, not this one")]),
    ...(args.adopt === true
      ? [unable(["adopt"], "cannot take over a job that runs: let 'submitter: native' adopt it first")]
      : []),
    ...(args.scaling === "outside" ? [unable(["scaling"], "cannot leave the containers to another scaler")] : []),
    ...(args.libraries === undefined
      ? []
      : [unable(["libraries"], "puts none on the main's class path: build them into the package")]),
    ...(/\.(tar\.gz|tgz)$/.test(args.package) ? [unable(["package"], "takes no compressed archive: give a .tar")] : []),
    ...(/\.(so|dylib)$/.test(args.package) && args.class?.startsWith("/") === false
      ? [unable(["class"], "runs the program that this names in a folder of its own: give its absolute path")]
      : []),
    ...Object.entries(args.heronConfig ?? {})
      .filter(([, value]) => String(value).includes("="))
      .map(([key]) => unable(["heronConfig", key], "cannot read '=' in a value")),
    ...(args.args ?? []).flatMap((each, index) =>
      isOwnOption(each) ? [unable(["args", index], `would take the argument '${each}' for an option of its own`)] : [],
    ),
    ...(args.class === undefined ? [unable(["class"], "runs the main itself and needs its class")] : []),
    ...longArguments(args).map((path) =>
      unable(path, `would be given it in an argument of more than ${longestArgument} bytes, which Linux does not take`),
    ),
  ];
  if (findings.length === 0 && args.class !== undefined) return args.class;
  throw new ArgumentError(findings);
}

/** Bytes. Without this look a topology would be killed to be submitted anew, and could not be. */
const longestArgument = 128 * 1024 - 1;

function longArguments({ args = [], jvmProperties = {}, heronConfig = {} }: HeronTopologyArgs): readonly Path[] {
  const settings = (key: string, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([name, value]) => ({ path: [key, name], text: `${name}=${String(value)}` }));
  return [
    ...args.map((text, index) => ({ path: ["args", index], text })),
    ...settings("jvmProperties", jvmProperties),
    ...settings("heronConfig", heronConfig),
  ]
    .filter(({ text }) => Buffer.byteLength(text) > longestArgument)
    .map(({ path }) => path);
}

/** Of `heron submit`; its parser takes what an option's name begins with for the option. */
const ownOptions = [
  "--config-path",
  "--config-property",
  "--deploy-deactivated",
  "--dry-run",
  "--dry-run-format",
  "--extra-launch-classpath",
  "--help",
  "--release-yaml-file",
  "--service-url",
  "--topology-main-jvm-property",
  "--verbose",
  "--verbose_gc",
];

/** All others go through to the main. */
function isOwnOption(argument: string): boolean {
  if (!argument.startsWith("--")) return argument.startsWith("-h");
  const [name = ""] = argument.split("=");
  return ownOptions.some((option) => option.startsWith(name));
}

/** What the local scheduler has no such thing as. */
function refuseAurorasOwn(args: HeronTopologyArgs): void {
  const message =
    "Aurora's own, which Heron's local scheduler has nothing like. Leave it out, or name an Aurora in 'scheduler'.";
  const asked = [...aurorasOwn, "healthCheck" as const].filter((key) => args[key] !== undefined);
  if (asked.length > 0) throw new ArgumentError(asked.map((key) => ({ path: [key], message })));
}
