import { readFileSync } from "node:fs";
import { goldenPath } from "../support/paths";

interface Body {
  readonly text?: string;
  readonly base64?: string;
}

/** One recorded HTTP exchange with the real scheduler; headers as `Name: value`. */
export interface Exchange {
  readonly name: string;
  readonly request: { readonly line: string; readonly headers: readonly string[]; readonly body: Body };
  readonly response: { readonly line: string; readonly headers: readonly string[]; readonly body: Body };
}

/** All recorded exchanges, in order. */
export const exchanges: readonly Exchange[] = readFileSync(goldenPath("aurora", "exchanges.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Exchange);

export function bytesOf({ text, base64 }: Body): Buffer {
  return base64 === undefined ? Buffer.from(text ?? "", "utf8") : Buffer.from(base64, "base64");
}

/** Headers by lower-case name. */
export function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

/** The exchange's number: what its name begins with. */
export function numberOf({ name }: Exchange): number {
  return Number(name.slice(0, 3));
}
