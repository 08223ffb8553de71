/** Aurora's stock tiers (tiers.json). */
export const tiers = {
  preferred: { preemptible: false, revocable: false },
  preemptible: { preemptible: true, revocable: false },
  revocable: { preemptible: true, revocable: true },
} as const;

export type Tier = keyof typeof tiers;
export const defaultTier: Tier = "preemptible";

export function isTier(name: string): name is Tier {
  return Object.hasOwn(tiers, name);
}

/** Whether tasks of the tier count against a role's quota. */
export function isProduction(tier: string): boolean {
  return isTier(tier) && !tiers[tier].preemptible && !tiers[tier].revocable;
}

export function isRevocable(tier: string): boolean {
  return isTier(tier) && tiers[tier].revocable;
}
