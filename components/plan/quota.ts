import type { Resources } from "../aurora/role";
import type { HeronClusterArgs, QuotaArgs } from "../cluster-args";
import { ArgumentError } from "../errors";
import { needOf } from "../job/quota-claim";
import { describe, describeSome, excess, isNone, none, plus, takesQuota } from "../quota/amounts";
import type { QuotaInputs } from "../quota/inputs";
import type { TopologyPlan } from "./job";

const mebibytes: Readonly<Record<string, number>> = { MB: 1, GB: 1024, TB: 1024 * 1024 };

/** Topologies named in an error, those that take most. */
const mostNamed = 5;

/** The role's quota as the documents ask for it. */
export function planQuota(
  { cluster, role, scheduler }: Pick<HeronClusterArgs, "cluster" | "role" | "scheduler">,
  args: QuotaArgs,
): QuotaInputs {
  const allowed = amountsOf(args);
  return { cluster, role, scheduler, allowed, ...(args.restoreOnDestroy === true && { restoreOnDestroy: true }) };
}

/**
 * Refuses documents whose topologies alone need more than the quota that they set, before anything is touched.
 * @throws ArgumentError
 */
export function refuseBeyondOwnQuota({ role, quota }: HeronClusterArgs, plans: readonly TopologyPlan[]): void {
  if (quota === undefined) return;
  const needs = plans
    .filter(({ jobConfiguration, inputs }) => takesQuota(jobConfiguration.taskConfig) && inputs.scaling !== "outside")
    .map(({ prepared, inputs }) => ({ name: prepared.job.name, need: needOf(inputs) }));
  const need = needs.reduce((sum, each) => plus(sum, each.need), none);
  const lacking = excess(need, amountsOf(quota));
  if (isNone(lacking)) return;
  const named = [...needs].sort((a, b) => b.need.numCpus - a.need.numCpus).slice(0, mostNamed);
  const others = needs.length - named.length;
  const message =
    `the documents give role ${role} ${describe(amountsOf(quota))}, and their topologies of the tier preferred need ` +
    `${describe(need)}: ${describeSome(lacking)} too much. Nothing was touched. ` +
    `Raise it, or give the topologies fewer or smaller containers or another tier: ` +
    named.map((each) => `${each.name} (${describe(each.need)})`).join("; ") +
    (others > 0 ? `; and ${others} more.` : ".");
  throw new ArgumentError([{ path: ["quota"], message }]);
}

function amountsOf({ cpu, ram, disk }: QuotaArgs): Resources {
  return { numCpus: cpu, ramMb: toMebibytes(ram), diskMb: toMebibytes(disk) };
}

function toMebibytes(size: string): number {
  return Number(size.slice(0, -2)) * (mebibytes[size.slice(-2)] ?? NaN);
}
