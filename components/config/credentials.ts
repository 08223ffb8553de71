import { createRequire } from "node:module";
import { DocumentError, problemIn } from "./problem";
import type * as validation from "./validate";

const load = createRequire(__filename);

/** Loaded with the first credentials: every run looks for them, and many clusters have none. */
const validating = () => load("./validate") as typeof validation;

/** What opens one cluster's doors. All of it is secret; it is in no document and in no resource's state. */
export interface ClusterCredentials {
  /** Basic authentication with the scheduler; together with `password`. */
  readonly username?: string;
  readonly password?: string;
  /** PEM text of the authorities that the scheduler's certificate is checked against, instead of Node's own. */
  readonly ca?: string;
  /** PEM text of the client certificate shown to the scheduler; together with `key`. */
  readonly cert?: string;
  /** PEM text of the client certificate's private key. */
  readonly key?: string;
  /** Digest authentication with the ZooKeeper of the state tree. */
  readonly zookeeper?: { readonly username: string; readonly password: string };
  /** A delegation token of the HDFS that packages are uploaded to, URL-safe as `GETDELEGATIONTOKEN` hands it out. */
  readonly hdfs?: { readonly token: string };
  /** Keys of AWS for Heron's S3Uploader, for the conf dir that is written (`writeConf`) alone. */
  readonly uploader?: { readonly accessKey: string; readonly secretKey: string };
}

/** By cluster name. A map, so that no name of a cluster finds what is no entry. */
export type Credentials = ReadonlyMap<string, ClusterCredentials>;

/** The key of Pulumi's configuration that holds them. */
export const credentialsKey = "heron:credentials";

/** What a dynamic provider is configured with: the stack's configuration, secrets in the clear. */
export interface ConfigureRequest {
  readonly config: { get(key: string): string | undefined };
}

/** {@link parseCredentials} of the stack's configuration. */
export function configuredCredentials({ config }: ConfigureRequest): Credentials {
  return parseCredentials(config.get(credentialsKey));
}

/**
 * Reads the configuration object `heron:credentials`.
 * @param json its text as Pulumi hands it out, absent when it is not set.
 * @throws DocumentError that names places and what was expected there, never a value.
 */
export function parseCredentials(json: string | undefined): Credentials {
  if (json === undefined) return new Map();
  const { value, findings } = validating().validateSecret("credentials", parseJson(json));
  if (value === undefined) {
    throw new DocumentError(findings.map((finding) => problemIn(credentialsKey, finding)));
  }
  return new Map(Object.entries(value));
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's own message quotes the text, which is secret.
    const message =
      "expected a map of clusters, found a text that is no JSON: set its parts with " +
      `pulumi config set --secret --path '${credentialsKey}.<cluster>.password'`;
    throw new DocumentError([{ file: credentialsKey, path: "(document)", message }]);
  }
}
