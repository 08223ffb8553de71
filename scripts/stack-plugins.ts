import { existsSync } from "node:fs";
import { join } from "node:path";
import { valueAt } from "../components/config/inspect";
import { readStack } from "../components/config/load";
import { DocumentError } from "../components/config/problem";
import { documentOf } from "./environments/names";

/**
 * Whether a stack's packages are in S3, for which the engine needs the AWS provider's plugin.
 * @param root the Pulumi project's folder
 */
export function isOnAws(root: string, stack: string): boolean {
  const file = documentOf(stack, join(root, "stacks"));
  if (!existsSync(file)) return false;
  try {
    return valueAt(valueAt(readStack(file), "artifacts"), "s3") !== undefined;
  } catch (error) {
    // Whoever reads it next tells what is wrong with it.
    if (error instanceof DocumentError) return false;
    throw error;
  }
}
