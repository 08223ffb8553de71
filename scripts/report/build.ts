import { describeChange, type OldInputs } from "../../components/job/changes";
import type { AuroraJobInputs } from "../../components/job/inputs";
import { byCare, change, changeOf, yetUnknown } from "./change";
import { nothing, plus } from "./containers";
import { type Job, joined } from "./jobs";
import type { Amounts, BeforeAfter, Change, OtherChange, Report, Side, TopologyReport } from "./model";
import { quotaAfter, type QuotaAnswers, quotaNow } from "./quota";
import { type JobSide, sidesOf } from "./side";
import { nameOf, type Resource, type Source } from "./source";
import { visible } from "./visible";

/** Types that hold other resources and do nothing themselves. */
const holders = /^(pulumi:|heron:index:)/;

/**
 * The report of what a preview or a state told.
 * @param jobs its Aurora jobs, with what is at hand of their payloads
 * @param quotas what the roles may use and use, where their schedulers were asked
 */
export function buildReport(source: Source, jobs: readonly Job[], quotas?: QuotaAnswers): Report {
  const taking = joined(jobs).map((job) => ({ job, sides: sidesOf(job) }));
  const topologies = taking
    .map(({ job, sides }) => topologyOf(job, sides, source.subject))
    .sort((a, b) => byCare(a.change, b.change) || byName(a, b));
  const total = {
    before: sum(topologies.flatMap(({ before }) => before ?? [])),
    after: sum(topologies.flatMap(({ after }) => after ?? [])),
  };
  return {
    stack: visible(source.stack),
    subject: source.subject,
    incomplete: source.incomplete,
    unlisted: source.unlisted,
    topologies,
    total: source.subject === "deployed" ? { after: total.after } : total,
    quotas: (quotas?.roles ?? []).map((role) =>
      source.subject === "deployed" ? quotaNow(role) : quotaAfter(role, taking),
    ),
    unasked: (quotas?.unasked ?? []).map(visible),
    others: source.resources
      .flatMap((resource) => otherOf(resource, jobs))
      .sort((a, b) => byCare(a, b) || byName(a, b)),
  };
}

/** The same order on every machine. */
function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function topologyOf(job: Job, sides: BeforeAfter<Side>, subject: Report["subject"]): TopologyReport {
  const jobKey = (job.after ?? job.before)?.inputs.jobKey ?? "";
  return {
    name: visible(jobKey.split("/").slice(3).join("/") || nameOf(job.urn)),
    jobKey: visible(jobKey),
    change: subject === "deployed" ? change(["running"], "running as the state has it") : changeTo(job),
    ...sides,
  };
}

function changeTo({ operation, retained, before, after }: Job): Change {
  switch (operation) {
    case "same":
      return change(["unchanged"], "unchanged");
    case "delete":
      return retained
        ? change(["leave"], `leave ${count(before)} running, which no stack looks after any more (retainOnDelete)`)
        : change(["kill"], `kill ${count(before)}`);
    case "replace":
      return change(["replace"], visible(after?.inputs.change ?? `replace: kill and submit ${count(after)}`));
    case "create":
      return changeOf(visible(after?.inputs.change ?? `submit ${count(after)}`));
    case "update":
      return updateOf(before?.inputs, after?.inputs);
  }
}

/** The words stay from the last change when only the way of working differs; they do not hold then. */
function updateOf(before: OldInputs | undefined, after: OldInputs | undefined): Change {
  if (after === undefined) return changeOf(yetUnknown);
  const expected = describeChange(before, after as AuroraJobInputs);
  if (expected === undefined) return change(["in place"], "settings recorded, nothing that runs is touched");
  return changeOf(visible(after.change ?? expected));
}

function count(side: JobSide | undefined): string {
  const containerCount = side?.inputs.instances;
  if (containerCount === undefined) return "its containers";
  return containerCount === 1 ? "1 container" : `${containerCount} containers`;
}

function otherOf({ urn, type, operation }: Resource, jobs: readonly Job[]): OtherChange[] {
  if (operation === "same" || holders.test(type) || jobs.some((job) => job.urn === urn)) return [];
  const { kinds, care } = change([operation], operation);
  // A package goes with what used it, and is made anew when it is needed.
  const eased = care === "danger" && type.endsWith(":PackageFile") ? "caution" : care;
  return [{ kinds, care: eased, type: visible(type.replace(/^.*[:/]/, "")), name: visible(nameOf(urn)) }];
}

function sum(sides: readonly Side[]): Amounts {
  return sides.reduce(
    (all, { total }) => ({
      containers: all.containers + total.containers,
      resources: plus(all.resources, total.resources),
    }),
    { containers: 0, resources: nothing },
  );
}
