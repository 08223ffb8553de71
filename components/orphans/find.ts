import { formatJobKey, type JobKey } from "../aurora/job-key";
import type { JobSummary } from "../aurora/role";
import { metadataNames } from "../aurora/thermos/metadata";
import { probePrefix } from "../probe/inputs";

/** A topology's nodes in the state tree. */
export interface TreeEntry {
  readonly name: string;
  /** Whose it is, as its execution state says; absent where there is none. */
  readonly job?: Pick<JobKey, "cluster" | "role" | "environment">;
  /** Whether anything that a submission writes is there; false where only checkpoints are left. */
  readonly submitted: boolean;
  readonly checkpoints: boolean;
}

/** What a stack's documents say is theirs. */
export interface Owned {
  /** `project/stack`. */
  readonly owner: string;
  readonly place: Pick<JobKey, "cluster" | "role" | "environment">;
  readonly topologies: readonly string[];
}

/** Something of the role that nobody looks after. */
export interface Orphan {
  /** Job key, or the topology's name in the state tree. */
  readonly subject: string;
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;
}

/**
 * Pure: the jobs that no stack owns, in whichever environment of the role, and the state trees, jobs and checkpoints of this
 * one that have lost their other half; sorted.
 * @param updating jobs of which an update is under way, which may have ended all of a job's containers to start them anew
 */
export function findOrphans(
  jobs: readonly JobSummary[],
  trees: readonly TreeEntry[],
  owned: Owned,
  updating: readonly JobKey[] = [],
): Orphan[] {
  const all = jobs.filter((job) => job.active + job.pending > 0);
  const live = all.filter(({ job }) => isHere(job, owned.place));
  const running = new Set(
    [...live.map(({ job }) => job), ...updating.filter((job) => isHere(job, owned.place))].map(({ name }) => name),
  );
  const found = [
    ...all.flatMap((job) => orphanJob(job, owned)),
    ...live.filter((job) => ownerOf(job) === owned.owner).flatMap((job) => treeless(job, trees)),
    ...trees.filter(({ name }) => !running.has(name)).flatMap((tree) => orphanTree(tree, owned)),
  ];
  return found.sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0));
}

function orphanJob({ job, metadata }: JobSummary, { owner, place, topologies }: Owned): Orphan[] {
  const isNamed = isHere(job, place) && topologies.includes(job.name);
  const mark = metadata.find(({ key }) => key === metadataNames.owner)?.value;
  const subject = formatJobKey(job);
  if (mark === undefined) {
    const advice = isNamed
      ? `The documents name it: 'npm run plan' shows what it should be; set 'adopt: true' on it to take it over.`
      : `Declare it with 'adopt: true' to take it over, or kill it with whatever submitted it.`;
    return [{ subject, what: "a job that no stack owns", advice }];
  }
  if (mark !== owner || isNamed || job.name.startsWith(probePrefix)) return [];
  const advice = `'pulumi up' kills it if the stack's state still has it; else declare it with 'adopt: true', deploy, and remove it again.`;
  return [{ subject, what: "a job of this stack that its documents do not name", advice }];
}

function treeless({ job }: JobSummary, trees: readonly TreeEntry[]): Orphan[] {
  if (job.name.startsWith(probePrefix) || trees.some(({ name, submitted }) => name === job.name && submitted))
    return [];
  const advice = `'pulumi up --refresh' writes it again, and restarts nothing.`;
  return [{ subject: formatJobKey(job), what: "a job without its state tree", advice }];
}

function orphanTree({ name, job, submitted, checkpoints }: TreeEntry, { place, topologies }: Owned): Orphan[] {
  // Several roles may share a tree; another's topologies are another's.
  if (job !== undefined && !isHere(job, place)) return [];
  const left: Orphan[] = [];
  if (submitted) {
    const advice = topologies.includes(name)
      ? `'pulumi up --refresh' submits the topology again.`
      : `If nobody needs it: 'heron kill', or declare the topology, deploy it and remove it again.`;
    left.push({ subject: name, what: "a state tree without a job", advice });
  }
  if (checkpoints && !topologies.includes(name)) {
    const advice = `Whose they are the tree does not say. A topology of this name that is submitted again goes on from them. To remove them: --remove-checkpoints ${name}.`;
    left.push({ subject: name, what: "consistent checkpoints without a topology", advice });
  }
  return left;
}

function ownerOf({ metadata }: JobSummary): string | undefined {
  return metadata.find(({ key }) => key === metadataNames.owner)?.value;
}

function isHere(job: Owned["place"], place: Owned["place"]): boolean {
  return job.cluster === place.cluster && job.role === place.role && job.environment === place.environment;
}
