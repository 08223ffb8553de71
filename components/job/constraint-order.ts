import type { Constraint, TaskConfig } from "../aurora/job-configuration";
import { metadataNames, taskHash, withTaskHash } from "../aurora/thermos/metadata";
import { openCache } from "../cache";
import type { OldInputs } from "./changes";
import type { AuroraJobInputs } from "./inputs";
import { knownPayload, storePayload } from "./payload";

/** Of more there are too many orders to try. */
const mostConstraints = 5;

/**
 * The inputs with the task's constraints in the order in which they were recorded, where the task differs in nothing else: Aurora
 * holds them as a set, and no container is to restart for the order of a document.
 */
export async function inRecordedOrder(olds: OldInputs, news: AuroraJobInputs): Promise<AuroraJobInputs> {
  // What heron is given has a hash of its own.
  if (olds.taskHash === undefined || olds.taskHash === news.taskHash || news.submitter !== undefined) return news;
  const payload = await knownPayload(news);
  if (payload === undefined) return news;
  const taskConfig = recorded(payload.jobConfiguration.taskConfig, olds.taskHash);
  if (taskConfig === undefined) return news;
  const jobConfiguration = { ...payload.jobConfiguration, taskConfig };
  const address = await storePayload(openCache(), { ...payload, jobConfiguration });
  return { ...news, taskHash: olds.taskHash, payload: address };
}

/** Pure: the configuration with its constraints in the order that has this hash, if one has. */
function recorded(config: TaskConfig, hash: string): TaskConfig | undefined {
  const { length } = config.constraints;
  if (length < 2 || length > mostConstraints) return undefined;
  const constraints = orders(config.constraints).find((each) => taskHash({ ...config, constraints: each }) === hash);
  const metadata = config.metadata.filter(({ key }) => key !== metadataNames.task);
  return constraints && withTaskHash({ ...config, metadata, constraints });
}

/** All orders of them. */
function orders(constraints: readonly Constraint[]): (readonly Constraint[])[] {
  if (constraints.length < 2) return [constraints];
  return constraints.flatMap((first) =>
    orders(constraints.filter((each) => each !== first)).map((others) => [first, ...others]),
  );
}
