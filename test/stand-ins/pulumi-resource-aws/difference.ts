import { isDeepStrictEqual } from "node:util";
import { isAsset, isObject, type Properties } from "./values";

export type ChangeKind = "add" | "delete" | "update";

/** Inputs that differ, by name. Assets differ by content, policies by meaning. */
export function differences(olds: Properties, news: Properties): ReadonlyMap<string, ChangeKind> {
  const names = new Set([...Object.keys(olds), ...Object.keys(news)].filter((name) => !name.startsWith("__")));
  const found = new Map<string, ChangeKind>();
  for (const name of names) {
    const [before, after] = [olds[name] ?? undefined, news[name] ?? undefined];
    if (isDeepStrictEqual(comparable(name, before), comparable(name, after))) continue;
    found.set(name, before === undefined ? "add" : after === undefined ? "delete" : "update");
  }
  return found;
}

function comparable(name: string, value: unknown): unknown {
  if (isAsset(value)) return value.hash;
  if (name === "policy" && typeof value === "string" && value.startsWith("{")) return JSON.parse(value);
  if (Array.isArray(value)) return value.map((each: unknown) => comparable("", each));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(
    ([key, each]) => !key.startsWith("__") && each !== null && each !== undefined,
  );
  return Object.fromEntries(entries.map(([key, each]) => [key, comparable(key, each)]));
}
