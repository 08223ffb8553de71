import { S3Client } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { Held } from "./held";
import { isObject, optionalString, type Properties, stringMap } from "./values";

/** What the resources work on: an S3 server, and what is held beside it. */
export interface Account {
  readonly s3: S3Client;
  readonly held: Held;
  readonly region: string;
  readonly partition: string;
  readonly id: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

/** Where the held state lies: a JSON file. */
export const stateVariable = "AWS_STAND_IN_STATE";

export const accountId = "123456789012";

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * The account that a provider configuration means, for the same settings and variables as the real provider.
 *
 * Throws where the real provider would turn to AWS: no endpoint, or checks of credentials that it makes with STS.
 */
export function openAccount(configuration: Properties, env: NodeJS.ProcessEnv): Account {
  const region = optionalString(configuration, "region") ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (region === undefined) throw new Error("Missing region configuration; set aws:region");
  for (const check of ["skipCredentialsValidation", "skipRequestingAccountId"]) {
    if (configuration[check] !== true) {
      throw new Error(
        `retrieving caller identity from STS: this stand-in for the AWS provider has no STS; ` +
          `an S3-compatible server needs ${check}: true`,
      );
    }
  }
  const accessKeyId = optionalString(configuration, "accessKey") ?? env.AWS_ACCESS_KEY_ID;
  const secretAccessKey = optionalString(configuration, "secretKey") ?? env.AWS_SECRET_ACCESS_KEY;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error(
      "No valid credential sources found. Please set accessKey and secretKey, or AWS_ACCESS_KEY_ID and so on",
    );
  }
  const sessionToken = optionalString(configuration, "token") ?? env.AWS_SESSION_TOKEN;
  const file = env[stateVariable];
  if (file === undefined) throw new Error(`the stand-in for the AWS provider needs ${stateVariable}`);
  const bundle = optionalString(configuration, "customCaBundle") ?? env.AWS_CA_BUNDLE;
  return {
    s3: new S3Client({
      region,
      endpoint: endpointOf(configuration, env),
      forcePathStyle: configuration.s3UsePathStyle === true,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      ...(bundle !== undefined && { requestHandler: { httpsAgent: new Agent({ ca: readFileSync(bundle) }) } }),
    }),
    held: new Held(file),
    region,
    partition: partitionOf(region),
    id: accountId,
    defaultTags: isObject(configuration.defaultTags) ? stringMap(configuration.defaultTags, "tags") : {},
  };
}

export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

function endpointOf(configuration: Properties, env: NodeJS.ProcessEnv): string {
  const lists = Array.isArray(configuration.endpoints) ? (configuration.endpoints as unknown[]) : [];
  const given = lists.filter(isObject).flatMap((each) => optionalString(each, "s3") ?? []);
  const endpoint = given[0] ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  if (endpoint === undefined || !loopback.has(new URL(endpoint).hostname)) {
    throw new Error(
      `the stand-in for the AWS provider talks to an S3 server on this machine only: set endpoints: [{s3: http://127.0.0.1:…}]`,
    );
  }
  return endpoint;
}
