import { canonicalJson } from "../canonical-json";
import type { TaskConfig } from "../aurora/job-configuration";
import { parseJobKey } from "../aurora/job-key";
import type { TaskStatus } from "../aurora/task-status";
import { askedLinks } from "../aurora/task-links";
import { metadataNames } from "../aurora/thermos/metadata";
import { sha256 } from "../cache";
import type { AuroraJobOutputs } from "./inputs";
import { ownMark, type Target, type World } from "./target";

/** Our marks: what tells our tasks from others, and says nothing about what they do. */
const marks: readonly string[] = Object.values(metadataNames);

/** What a task without our marks must be to be taken for one of ours. */
export interface Adoptable {
  /** Its {@link doesHash}. */
  readonly does: string;
  /** Where the documents say one: it is no part of the hash, since the scheduler fills it in where they do not. */
  readonly tier?: string;
}

/** That of a task that is not to restart when it is taken over. */
export function adoptableAs(config: TaskConfig): Adoptable {
  return { does: doesHash(config), ...(config.tier !== undefined && { tier: config.tier }) };
}

/**
 * Hash of what a task does, whoever submitted it. What the scheduler fills in where nothing is sent (tier, production, its
 * own links) is left out, as are our marks; the order of sets means nothing.
 */
export function doesHash(config: TaskConfig): string {
  const { tier, production, taskLinks, metadata, mesosFetcherUris, ...does } = config;
  const links = askedLinks(taskLinks);
  return sha256(
    canonicalJson({
      ...does,
      ...(Object.keys(links).length > 0 && { taskLinks: links }),
      ...(mesosFetcherUris && { mesosFetcherUris: asSet(mesosFetcherUris) }),
      metadata: asSet(metadata.filter(({ key }) => !marks.includes(key))),
      resources: asSet(config.resources),
      constraints: asSet(config.constraints),
    }),
  );
}

function asSet(values: readonly unknown[]): readonly string[] {
  return values.map(canonicalJson).sort();
}

/**
 * The same tasks, where those without the mark of `taskHash` that do exactly what `wanted` says carry it: they need no
 * restart to become ours. Asks the scheduler for configurations only when there are such tasks.
 * @param wanted what counts as `taskHash`; undefined when no task may be taken over as it is
 */
export async function recognise(
  tasks: readonly TaskStatus[],
  wanted: Adoptable | undefined,
  taskHash: string,
  job: Target["job"],
  { aurora }: Pick<World, "aurora">,
): Promise<readonly TaskStatus[]> {
  if (wanted === undefined || tasks.every((task) => isMarked(task, taskHash))) return tasks;
  const configured = new Map(
    (await aurora.tasks(job, { active: true, withConfig: true })).map((task) => [task.taskId, task.config]),
  );
  return tasks.map((task) => {
    const config = configured.get(task.taskId);
    if (isMarked(task, taskHash) || config === undefined || !isAs(wanted, config)) return task;
    const others = task.metadata.filter(({ key }) => key !== metadataNames.task);
    return { ...task, metadata: [...others, { key: metadataNames.task, value: taskHash }] };
  });
}

function isAs({ does, tier }: Adoptable, config: TaskConfig): boolean {
  return doesHash(config) === does && (tier === undefined || config.tier === tier);
}

/** {@link recognise}, for a job that is kept as `outs` say. */
export function recogniseAdopted(tasks: readonly TaskStatus[], outs: AuroraJobOutputs, world: World) {
  const { adoptedAs, taskHash, jobKey } = outs;
  return recognise(
    tasks,
    adoptedAs === undefined ? undefined : { does: adoptedAs },
    taskHash,
    parseJobKey(jobKey),
    world,
  );
}

/** What to keep of a job that was adopted as it was; undefined when its tasks carry our mark. */
export async function adoption(
  { job, inputs }: Target,
  { aurora }: Pick<World, "aurora">,
): Promise<string | undefined> {
  const isOther = (task: TaskStatus): boolean => !isMarked(task, inputs.taskHash);
  if (!(await aurora.tasks(job, { active: true })).some(isOther)) return undefined;
  const tasks = await aurora.tasks(job, { active: true, withConfig: true });
  const config = tasks.find(isOther)?.config;
  return config && doesHash(config);
}

function isMarked(task: TaskStatus, taskHash: string): boolean {
  return ownMark(task, metadataNames.task) === taskHash;
}
