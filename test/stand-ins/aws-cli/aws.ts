import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import type { Readable } from "node:stream";

/**
 * Stands in for the AWS CLI on an agent, which the tests' machines need not have: `aws s3 cp` from a bucket to a file, with
 * the flags that our fetch command gives, and no other. Signs as the CLI does, with the environment's credentials; ends
 * with 1 and the service's words when it fails, with 252 for a command line that it does not know.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      region: { type: "string" },
      "endpoint-url": { type: "string" },
      "only-show-errors": { type: "boolean" },
    },
  });
  const [service, command, from = "", to = "", ...others] = positionals;
  const object = /^s3:\/\/([^/]+)\/(.+)$/.exec(from);
  if (service !== "s3" || command !== "cp" || object === null || to === "" || others.length > 0) return 252;
  const { region, "endpoint-url": endpoint } = values;
  const s3 = new S3Client({ ...(region && { region }), ...(endpoint && { endpoint, forcePathStyle: true }) });
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: object[1], Key: object[2] }));
    await pipeline(Body as Readable, createWriteStream(to));
    return 0;
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`fatal error: An error occurred (${name}) when calling the GetObject operation: ${message}`);
    return 1;
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 252;
  },
);
