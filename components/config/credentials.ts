import { DocumentError, problemIn } from "./problem";
import type { TextRule } from "./schema/build";
import { map, object, required, text } from "./schema/build";
import { identifier } from "./schema/rules";
import { validateSecret } from "./validate";

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
}

/** By cluster name. A map, so that no name of a cluster finds what is no entry. */
export type Credentials = ReadonlyMap<string, ClusterCredentials>;

/** The key of Pulumi's configuration that holds them. */
export const credentialsKey = "heron:credentials";

const user: TextRule = { pattern: "^[^:]+$", expected: "a user name without ':'" };
const pem: TextRule = { pattern: "-----BEGIN [A-Z0-9 ]+-----", expected: "PEM text (-----BEGIN …), not a file's name" };
const hdfsToken: TextRule = {
  pattern: "^[\\w\\-]+$",
  expected: "a delegation token as WebHDFS' GETDELEGATIONTOKEN hands it out (URL-safe base64)",
};
const secretText: TextRule = { pattern: "[^]", expected: "a text that is not empty" };

const credentialsSchema = map(
  "Credentials by cluster name.",
  object<ClusterCredentials>(
    "Credentials of one cluster.",
    {
      username: text("User of the scheduler's basic authentication.", user),
      password: text("Password of that user.", secretText),
      ca: text("Certificate authorities of the scheduler.", pem),
      cert: text("Client certificate.", pem),
      key: text("Private key of the client certificate.", pem),
      zookeeper: object<NonNullable<ClusterCredentials["zookeeper"]>>("Digest authentication with ZooKeeper.", {
        username: required(text("User.", user)),
        password: required(text("Password.", secretText)),
      }),
      hdfs: object<NonNullable<ClusterCredentials["hdfs"]>>("Authentication with HDFS.", {
        token: required(text("Delegation token.", hdfsToken)),
      }),
    },
    { needs: { username: ["password"], password: ["username"], cert: ["key"], key: ["cert"] } },
  ),
  { keys: identifier },
);

/** What a dynamic provider is configured with: the stack's configuration, secrets in the clear. */
export interface ConfigureRequest {
  readonly config: { get(key: string): string | undefined };
}

/** {@link parseCredentials} of the stack's configuration; the engine shows no stack trace for what is wrong with it. */
export function configuredCredentials({ config }: ConfigureRequest): Credentials {
  try {
    return parseCredentials(config.get(credentialsKey));
  } catch (error) {
    if (error instanceof DocumentError) error.stack = "";
    throw error;
  }
}

/**
 * Reads the configuration object `heron:credentials`.
 * @param json its text as Pulumi hands it out, absent when it is not set.
 * @throws DocumentError that names places and what was expected there, never a value.
 */
export function parseCredentials(json: string | undefined): Credentials {
  if (json === undefined) return new Map();
  const { value, findings } = validateSecret(credentialsSchema, parseJson(json));
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
