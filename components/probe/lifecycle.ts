import { canonicalJson } from "../canonical-json";
import { parseJobKey } from "../aurora/job-key";
import type { JobConfiguration } from "../aurora/job-configuration";
import { notInCache, openCache } from "../cache";
import { configuredCredentials, type ConfigureRequest } from "../config/credentials";
import { isKnown } from "../dynamic-provider";
import { type Connections, connections } from "../job/connections";
import { type FetchProbeInputs, probeKind } from "./inputs";
import { removeProbe, runProbe } from "./run";

let connect: Connections = connections(new Map());

/** {@link FetchProbeInputs} as the engine keeps them. */
export interface FetchProbeProperties {
  readonly probe: FetchProbeInputs;
  readonly __provider?: string;
}

const silent = () => undefined;

/** What the dynamic provider does for a `FetchProbe`. Every method may be run again after being killed at any point. */
export const fetchProbe = {
  configure(request: ConfigureRequest): void {
    connect = connections(configuredCredentials(request));
  },

  check(_olds: Partial<FetchProbeProperties>, news: FetchProbeProperties) {
    return { inputs: news };
  },

  /** What agents would do differently is probed again; where its configuration lies is not. */
  diff(_id: string, { probe: old }: Partial<FetchProbeProperties>, { probe }: FetchProbeProperties) {
    if (!isKnown(probe)) return { changes: true, replaces: [], deleteBeforeReplace: false };
    const changes =
      old?.taskHash !== probe.taskHash ||
      old.access !== probe.access ||
      canonicalJson(old.scheduler) !== canonicalJson(probe.scheduler);
    return { changes, replaces: old?.jobKey === probe.jobKey ? [] : ["probe"], deleteBeforeReplace: false };
  },

  async create(news: FetchProbeProperties): Promise<{ id: string; outs: FetchProbeProperties }> {
    await run(news.probe);
    return { id: news.probe.jobKey, outs: news };
  },

  async update(_id: string, _olds: unknown, news: FetchProbeProperties): Promise<{ outs: FetchProbeProperties }> {
    await run(news.probe);
    return { outs: news };
  },

  read(id: string, outs: FetchProbeProperties) {
    return Promise.resolve({ id, props: outs, inputs: outs });
  },

  async delete(_id: string, { probe }: FetchProbeProperties): Promise<void> {
    const job = parseJobKey(probe.jobKey);
    await removeProbe({ job, owner: probe.owner }, connect.aurora(job.cluster, probe.scheduler), silent);
  },
};

async function run({ jobKey, scheduler, payload, owner, corePackage }: FetchProbeInputs): Promise<void> {
  const bytes = await openCache().get(probeKind, payload);
  if (bytes === undefined) throw notInCache("The configuration of the fetch probe");
  const configuration = JSON.parse(Buffer.from(bytes).toString("utf8")) as JobConfiguration;
  const job = parseJobKey(jobKey);
  await runProbe({ job, configuration, owner, corePackage }, connect.aurora(job.cluster, scheduler), silent);
}
