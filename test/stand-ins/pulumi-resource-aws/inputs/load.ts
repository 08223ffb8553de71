import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { InputTypes } from "./types";

const packageFile = require.resolve("@pulumi/aws/package.json");

/** Version of the installed @pulumi/aws. */
export const awsVersion = (JSON.parse(readFileSync(packageFile, "utf8")) as { readonly version: string }).version;

/** The input types of the installed @pulumi/aws, extracted on first use and kept beside the compiled files. */
export function loadInputTypes(): InputTypes {
  const file = join(__dirname, `input-types-${awsVersion}.json`);
  if (!existsSync(file)) extractTo(file);
  return JSON.parse(readFileSync(file, "utf8")) as InputTypes;
}

/** A rename puts the whole file there at once, whoever else does the same. */
function extractTo(file: string): void {
  const work = mkdtempSync(join(__dirname, "extract-"));
  try {
    const part = join(work, "types.json");
    execFileSync(process.execPath, [join(__dirname, "write.js"), dirname(packageFile), part], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    renameSync(part, file);
  } finally {
    rmSync(work, { recursive: true });
  }
}
