import type { OldInputs } from "./changes";
import type { AuroraJobInputs } from "./inputs";

/** Configuration that is to be changed at run time, in words; undefined when it stays. */
export function describeRuntimeConfig(olds: OldInputs, news: AuroraJobInputs): string | undefined {
  const [before, after] = [olds.runtimeConfig ?? {}, news.runtimeConfig ?? {}];
  const set = Object.entries(after).filter(([key, value]) => before[key] !== value);
  const dropped = Object.keys(before).filter((key) => !(key in after));
  const words = [
    ...set.map(([key, value]) => `${key} = ${value}`),
    ...(dropped.length === 0 ? [] : [`${dropped.join(", ")} left as set until the containers are packed anew`]),
  ];
  return words.length === 0 ? undefined : `runtime config ${words.join(", ")}`;
}
