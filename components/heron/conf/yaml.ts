import { dump, load } from "js-yaml";
import type { ConfTree } from "../../cluster-args";

/** With every text quoted: Heron reads YAML 1.1, in which more of them would be numbers, times or booleans. */
export function yaml(value: ConfTree): string {
  return dump(value, { forceQuotes: true });
}

/** What only YAML 1.1, which Heron reads, takes for something else than text. */
const noText = /^(yes|no|on|off|[\d_]+(:[0-5]?\d)*)$/i;

/** A YAML scalar, quoted only where it must be. */
export function scalar(text: string): string {
  const plain = /^[\w/][\w/.:$@{}-]*[\w/}]$/.test(text) && load(text) === text && !noText.test(text);
  return plain ? text : yaml(text).trimEnd();
}
