import { stripVTControlCharacters } from "node:util";

/** The first dotted number in a text (`v3.250.0`, `go version go1.26.8 linux`, `openjdk version "17.0.15"`). */
export function parseVersion(text) {
  const found = /\d+(?:\.\d+)*/.exec(stripVTControlCharacters(text));
  return found === null ? undefined : found[0].split(".").map(Number);
}

/** Whether a version is the minimum or later. Both as `parseVersion` gives them; missing places count as 0. */
export function atLeast(version, minimum) {
  for (let place = 0; place < Math.max(version.length, minimum.length); place++) {
    const difference = (version[place] ?? 0) - (minimum[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
