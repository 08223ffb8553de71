import type { Constraint, TaskConfig } from "./model";
import { isRevocable } from "./tiers";
import { quantity } from "./validation";

/** A machine that tasks may run on, as the scheduler sees it. Every host has the attribute `host` besides. */
export interface Host {
  readonly slaveId: string;
  readonly hostname: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly cpus: number;
  readonly ramMb: number;
  readonly diskMb: number;
}

/** Why a task may not run on a host, as Aurora words it; of several hosts, the one with the lowest score says why. */
export interface Veto {
  readonly reason: string;
  readonly score: number;
}

/** A host with what its tasks leave free. */
export interface Offer {
  readonly host: Host;
  readonly free: { readonly cpus: number; readonly ramMb: number; readonly diskMb: number };
}

/** What Thermos' executor takes beside each task (`-thermos_executor_cpu`, `-thermos_executor_ram`). */
export const executor = { cpus: 0.25, ramMb: 128 };

const score = { resource: 1e3, constraint: 1e4, dedicated: 1e6 };

/**
 * Aurora's scheduling filter: dedicated hosts, then constraints, then resources; what comes first hides the rest.
 * @param siblings where the job's other active tasks run, as hosts
 */
export function vetoesOf(task: TaskConfig, { host, free }: Offer, siblings: readonly Host[]): Veto[] {
  const asksDedicated = task.constraints.some(({ name }) => name === "dedicated");
  if (host.attributes.dedicated && !asksDedicated) return [{ reason: "Host is dedicated", score: score.dedicated }];
  const valuesFirst = [...task.constraints].sort((a, b) => Number(!a.constraint.value) - Number(!b.constraint.value));
  for (const constraint of valuesFirst) {
    const veto = constraintVeto(constraint, host, siblings);
    if (veto) return [veto];
  }
  return resourceVetoes(task, free);
}

/** The reason why a task is PENDING: that of the host that comes nearest; empty when one would take it. */
export function pendingReason(task: TaskConfig, offers: readonly Offer[], siblings: readonly Host[]): string {
  const vetoes = offers.map((offer) => vetoesOf(task, offer, siblings));
  const total = (each: readonly Veto[]) => each.reduce((sum, veto) => sum + veto.score, 0);
  const nearest = vetoes.reduce((best, each) => (total(each) < total(best) ? each : best), vetoes[0] ?? []);
  return nearest.map(({ reason }) => reason).join(",");
}

function constraintVeto({ name, constraint }: Constraint, host: Host, siblings: readonly Host[]): Veto | undefined {
  const values = attribute(host, name);
  if (constraint.value) {
    const { negated, values: wanted } = constraint.value;
    const matches = values.some((value) => wanted.includes(value));
    return matches === negated ? { reason: `Constraint not satisfied: ${name}`, score: score.constraint } : undefined;
  }
  if (values.length === 0) return { reason: `Constraint not satisfied: ${name}`, score: score.constraint };
  const limit = constraint.limit?.limit ?? 0;
  const alike = siblings.filter((sibling) => attribute(sibling, name).some((value) => values.includes(value)));
  return alike.length >= limit ? { reason: `Limit not satisfied: ${name}`, score: score.constraint } : undefined;
}

function attribute(host: Host, name: string): readonly string[] {
  return name === "host" ? [host.hostname] : (host.attributes[name] ?? []);
}

function resourceVetoes({ resources, tier }: TaskConfig, free: Offer["free"]): Veto[] {
  // No host here offers revocable CPUs, as none does in a cluster without oversubscription.
  const lacking: readonly [string, number][] = [
    ["CPU", quantity(resources, "numCpus") + executor.cpus - (isRevocable(tier) ? 0 : free.cpus)],
    ["RAM", quantity(resources, "ramMb") + executor.ramMb - free.ramMb],
    ["disk", quantity(resources, "diskMb") - free.diskMb],
  ];
  return lacking
    .filter(([, excess]) => excess > 0)
    .map(([name]) => ({ reason: `Insufficient: ${name}`, score: score.resource }));
}
