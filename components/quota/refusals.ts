import { AuroraError } from "../aurora/errors";
import type { Resources, RoleQuota } from "../aurora/role";
import { UserError } from "../errors";
import { describe, describeSome, excess, isNone } from "./amounts";
import type { QuotaInputs } from "./inputs";

/** What to do about a quota that is too low, by what it was to be set for. */
const advice = {
  document:
    "Have them take less first (fewer or smaller containers, another tier) and lower the quota in a later run: it is set before topologies change.",
  end:
    "That is what the role had before this stack, as 'restoreOnDestroy' asks for. To leave it as it is, deploy 'restoreOnDestroy: false' first, " +
    "or take the resource out of the state with 'pulumi state delete <URN>'.",
};

/** Why the scheduler will not take a quota: the role's jobs use more. Undefined when it will. */
export function tooLow(
  { cluster, role, allowed }: QuotaInputs,
  { prodShared }: RoleQuota,
  what: keyof typeof advice = "document",
): string | undefined {
  const lacking = excess(prodShared, allowed);
  if (isNone(lacking)) return undefined;
  return (
    `The jobs of role ${role} in ${cluster} that count against its quota use ${describe(prodShared)}. A quota of ` +
    `${describe(allowed)} is ${describeSome(lacking)} too low for them, and the scheduler refuses it; it was not changed. ${advice[what]}`
  );
}

/** What it means that a scheduler refuses to set a quota; any other error as it is. */
export function explained(error: unknown, { cluster, role, allowed }: QuotaInputs): unknown {
  if (!(error instanceof AuroraError && (error.kind === "forbidden" || error.kind === "unauthorized"))) return error;
  return new UserError(
    `The quota of role ${role} in ${cluster} was not set to ${describe(allowed)}: only an administrator of the scheduler may do that. ` +
      `${error.message} Give heron:credentials.${cluster} a user who may call setQuota; or have an administrator run ` +
      `'${adminCommand(cluster, role, allowed)}', after which this run needs no such right; or take 'quota' out of the document.`,
    { cause: error },
  );
}

/** How Aurora's own client sets a quota. */
function adminCommand(cluster: string, role: string, { numCpus, ramMb, diskMb }: Resources): string {
  return `aurora_admin set_quota ${cluster} ${role} ${numCpus} ${ramMb}MB ${diskMb}MB`;
}
