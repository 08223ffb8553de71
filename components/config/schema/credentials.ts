import type { ClusterCredentials } from "../credentials";
import type { TextRule } from "./build";
import { map, object, required, text } from "./build";
import { identifier } from "./rules";

const user: TextRule = { pattern: "^[^:]+$", expected: "a user name without ':'" };
const pem: TextRule = { pattern: "-----BEGIN [A-Z0-9 ]+-----", expected: "PEM text (-----BEGIN …), not a file's name" };
const hdfsToken: TextRule = {
  pattern: "^[\\w\\-]+$",
  expected: "a delegation token as WebHDFS' GETDELEGATIONTOKEN hands it out (URL-safe base64)",
};
const awsKey: TextRule = { pattern: "^[!-~]+$", expected: "a key of AWS, without spaces" };
const secretText: TextRule = { pattern: "[^]", expected: "a text that is not empty" };

/** The configuration `heron:credentials`. */
export const credentialsSchema = map(
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
      uploader: object<NonNullable<ClusterCredentials["uploader"]>>("Keys of AWS for Heron's S3Uploader.", {
        accessKey: required(text("Access key ID.", awsKey)),
        secretKey: required(text("Secret access key.", awsKey)),
      }),
    },
    { needs: { username: ["password"], password: ["username"], cert: ["key"], key: ["cert"] } },
  ),
  { keys: identifier },
);
