import { packageMark } from "../artifacts/store";
import { parseJobKey } from "../aurora/job-key";
import { deriveTopologyId } from "../heron/definition/topology-id";
import type { OldInputs } from "./changes";
import { timeoutsOf, updateOf } from "./defaults";
import { type JsonText, jsonText, ofJsonText } from "../json-text";
import type { AuroraJobInputs, AuroraJobOutputs } from "./inputs";

/** What the engine asks for beside the job itself. */
type Asides = Pick<AuroraJobOutputs, "resourceUrn"> & { readonly change?: string };

/** Nearly all of a job; the topology id only where it does not follow from the job key, as it does for each that we make. */
type Job = Omit<AuroraJobOutputs, "jobKey" | "topologyId" | keyof Asides> & { readonly topologyId?: string };

/** {@link AuroraJobOutputs} as the engine keeps them: nearly all of it in one text. */
export interface AuroraJobProperties extends Asides {
  readonly jobKey: string;
  readonly job: JsonText<Job>;
  /** The text by which the engine finds the provider; kept as it came. */
  readonly __provider?: string;
}

/** What the engine has kept, of whichever version of this library. */
export type OldProperties = Partial<AuroraJobProperties>;

/** The inputs that the engine has kept; undefined for a resource that is new. */
export function knownInputs(olds: OldProperties): OldInputs | undefined {
  return Object.keys(olds).length === 0 ? undefined : inputsOf(olds as AuroraJobProperties);
}

/** Whether the documents say of the job what the engine has kept of it, to the letter: nothing of it differs then. */
export function isSameJob(olds: OldProperties, news: AuroraJobProperties): boolean {
  return typeof news.job === "string" && olds.job === news.job && olds.jobKey === news.jobKey;
}

/** What every version of this library kept: the second had an object, the first each entry by itself. */
type AnyProperties = Omit<AuroraJobProperties, "job"> & { readonly job?: JsonText<Job> | Job };

/** The job's inputs, from what the engine keeps. */
export function inputsOf({ __provider, job, ...properties }: AnyProperties): AuroraJobOutputs {
  if (job === undefined) return firstVersionInputs(properties);
  const { corePackage, topologyPackage, topologyId, ...kept } = ofJsonText(job);
  return {
    ...properties,
    ...inHex(kept),
    topologyId: topologyId ?? deriveTopologyId(parseJobKey(properties.jobKey)),
    // The second version kept their addresses.
    corePackage: packageMark(corePackage),
    topologyPackage: packageMark(topologyPackage),
  };
}

/** What the first version of this library kept: one by one, packages with their hash, and defaults filled in. */
interface FirstVersion extends Omit<AuroraJobOutputs, "adopt" | "corePackage" | "topologyPackage"> {
  readonly adopt?: boolean;
  readonly corePackage: string | { readonly uri: string };
  readonly topologyPackage: string | { readonly uri: string };
}

function firstVersionInputs(properties: object): AuroraJobOutputs {
  const { adopt, corePackage, topologyPackage, update, timeouts, ...inputs } = properties as FirstVersion;
  return {
    ...inputs,
    corePackage: packageMark(uriOf(corePackage)),
    topologyPackage: packageMark(uriOf(topologyPackage)),
    ...(adopt && { adopt }),
    ...said("update", update, updateOf({})),
    ...said("timeouts", timeouts, timeoutsOf({})),
  };
}

function uriOf(location: string | { readonly uri: string }): string {
  return typeof location === "string" ? location : location.uri;
}

/** The entries that are no defaults, which only a document can have said; nothing when there are none. */
function said<K extends string, T extends object>(key: K, values: T | undefined, defaults: T): Partial<Record<K, T>> {
  const unlike = Object.entries(values ?? {}).filter(([name, value]) => defaults[name as keyof T] !== value);
  return unlike.length === 0 ? {} : ({ [key]: Object.fromEntries(unlike) } as Record<K, T>);
}

/** What of a topology's plan the engine is to keep, beside what is said as it goes. */
export function keptJob({
  jobKey,
  ...job
}: Omit<AuroraJobInputs, keyof Asides>): Pick<AuroraJobProperties, "jobKey" | "job"> {
  return { jobKey, job: jsonText(shortened(jobKey, job)) };
}

/** The same, of a run whose targets leave out the package of `leftOut`, a URN: to be refused, so that this is never kept. */
export function withLeftOut(kept: ReturnType<typeof keptJob>, leftOut: string): ReturnType<typeof keptJob> {
  return { ...kept, job: jsonText({ ...ofJsonText(kept.job), leftOut }) };
}

/** What {@link withLeftOut} has added, if it has. */
export function leftOutOf({ job }: AuroraJobProperties): string | undefined {
  return ofJsonText<Job & { readonly leftOut?: string }>(job).leftOut;
}

/** A stack's state is written anew at each step: what follows from the rest is left out of it, and hashes are short. */
function shortened(jobKey: string, { topologyId, ...job }: Job): Job {
  const isDerived = topologyId === deriveTopologyId(parseJobKey(jobKey));
  const short = inBase64(job);
  return topologyId === undefined || isDerived ? short : { ...short, topologyId };
}

/** Entries that hold a hash, as long as nothing else was found. */
const hashes = ["adoptedAs", "payload", "submission", "taskHash", "treeHash"] as const;

type Hashes = Partial<Record<(typeof hashes)[number], string>>;

/** Each sha256 in base64url: 43 characters, where hexadecimal takes 64. */
function inBase64<T extends Hashes>(job: T): T {
  return rewritten(job, /^[0-9a-f]{64}$/, (hash) => Buffer.from(hash, "hex").toString("base64url"));
}

/** As {@link AuroraJobInputs} have them; earlier versions of this library kept them so. */
function inHex<T extends Hashes>(job: T): T {
  return rewritten(job, /^[\w-]{43}$/, (hash) => Buffer.from(hash, "base64url").toString("hex"));
}

function rewritten<T extends Hashes>(job: T, form: RegExp, write: (hash: string) => string): T {
  const other: Hashes = {};
  for (const name of hashes) {
    const hash = job[name];
    if (hash !== undefined && form.test(hash)) other[name] = write(hash);
  }
  return { ...job, ...other };
}

/** `inputs` in the shape of `like`, which keeps all that is not an input. */
export function propertiesOf(inputs: AuroraJobOutputs, like: AuroraJobProperties): AuroraJobProperties {
  const { jobKey, resourceUrn, change, ...job } = inputs;
  return {
    ...like,
    jobKey,
    job: typeof like.job === "object" ? inSecondVersion(job, like.job) : jsonText(shortened(jobKey, job)),
    ...(resourceUrn !== undefined && { resourceUrn }),
    ...(change !== undefined && { change }),
  };
}

/** A refresh of what the second version of this library kept shows no difference. */
function inSecondVersion(job: Job, { corePackage, topologyPackage, topologyId }: Partial<Job>): JsonText<Job> {
  return { ...job, corePackage, topologyPackage, topologyId } as unknown as JsonText<Job>;
}
