import type { S3ReadersArgs } from "../../cluster-args";
import { bucketArn, partitionOf, prefixOf, type S3Place } from "./address";

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * The bucket's policy: nothing without TLS, and reading of packages, nothing else, by those who are named. A server that
 * is itself asked without TLS (`endpoint: http:…`) cannot demand it.
 */
export function bucketPolicy(place: S3Place, readers: S3ReadersArgs): string | undefined {
  const arn = bucketArn(place);
  const { roles = [], vpcEndpoints = [], cidrs = [] } = readers;
  const read = { Effect: "Allow", Action: "s3:GetObject", Resource: `${arn}/${prefixOf(place)}/*` } as const;
  const statements: Statement[] = [];
  if (place.endpoint?.startsWith("http:") !== true) {
    statements.push({
      Sid: "DenyWithoutTls",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  }
  if (roles.length > 0) statements.push({ Sid: "ReadByRole", ...read, Principal: { AWS: roles } });
  if (vpcEndpoints.length > 0) {
    const Condition = { StringEquals: { "aws:SourceVpce": vpcEndpoints } };
    statements.push({ Sid: "ReadThroughVpcEndpoint", ...read, Principal: "*", Condition });
  }
  if (cidrs.length > 0) {
    statements.push({
      Sid: "ReadFromAddress",
      ...read,
      Principal: "*",
      Condition: { IpAddress: { "aws:SourceIp": cidrs } },
    });
  }
  return statements.length === 0 ? undefined : document(statements);
}

/** Policy of a key made for the bucket: its account administers it, the readers may decrypt through S3. */
export function keyPolicy(region: string, account: string, roles: readonly string[]): string {
  const partition = partitionOf(region);
  const root = `arn:${partition.name}:iam::${account}:root`;
  const statements: Statement[] = [
    { Sid: "Administer", Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" },
  ];
  if (roles.length > 0) {
    statements.push({
      Sid: "DecryptByReaders",
      Effect: "Allow",
      Principal: { AWS: roles },
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringEquals: { "kms:ViaService": `s3.${region}.${partition.domain}` } },
    });
  }
  return document(statements);
}

function document(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
