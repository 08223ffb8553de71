import type { TextRule } from "./build";

/** What the scheduler takes in a job key (apache/aurora: `GOOD_IDENTIFIER_PATTERN`, 255 characters at most). */
export const identifier: TextRule = {
  pattern: "^[\\w\\-.]{1,255}$",
  expected: "letters, digits, '_', '-' and '.' alone, 1 to 255 of them, as Aurora's identifiers are",
};

/** Aurora's identifiers without the dot, which Heron refuses in a topology's name. */
export const topologyName: TextRule = {
  pattern: "^[\\w\\-]{1,255}$",
  expected: "letters, digits, '_' and '-' alone, 1 to 255 of them (Heron takes no '.' or '/', Aurora no blanks)",
};

/** Names of topologies, or patterns of them. */
export const topologyNames: TextRule = {
  pattern: "^[\\w\\-*]{1,255}$",
  expected: "a topology's name, in which '*' stands for any characters",
};

/** As Aurora's own clients take amounts; nine digits keep a sum of them exact. */
export const dataSize: TextRule = {
  pattern: "^[1-9]\\d{0,8}(MB|GB|TB)$",
  expected: "a whole number with its unit, MB, GB or TB, as 64GB",
};

export const agentPath: TextRule = {
  pattern: "^/",
  expected: "an absolute path, as the agents see it",
};

/** Heron fills in `${…}` and `~` where they are a whole step of the path. */
export const workingDirectory: TextRule = {
  pattern: "^(/|~/|\\$\\{HOME\\}/)\\S+$",
  expected: "an absolute path, or one that starts with ${HOME}/",
};

export const nonEmpty: TextRule = { pattern: "\\S", expected: "a text that is not empty" };

export const schedulerUrl: TextRule = {
  pattern: "^https?://[^\\s/@?#]+(/[^\\s@?#]*)?$",
  expected: "an address http://host:port or https://host:port, without user, password or query",
};

export const zookeeperServers: TextRule = {
  pattern: "^[^\\s,/@:]+(:\\d+)?(,[^\\s,/@:]+(:\\d+)?)*$",
  expected: "hosts as host:port,host:port",
};

/**
 * As Heron's ZooKeeper connection strings: a chroot may follow the last host. ZooKeeper's clients would take one after each for
 * a path with all that follows the first in it.
 */
export const zookeeperConnection: TextRule = {
  pattern: "^[^\\s,/@:]+(:\\d+)?(,[^\\s,/@:]+(:\\d+)?)*(/[^\\s/,]+)*$",
  expected: "hosts as host:port,host:port with an optional /chroot after the last",
};

export const zookeeperPath: TextRule = {
  pattern: "^(/(?!\\.{1,2}(/|$))[^\\s/]+)+$",
  expected: "a ZooKeeper path that starts with / and does not end in one, nor has . or .. in it",
};

export const sha256: TextRule = {
  pattern: "^[0-9a-f]{64}$",
  expected: "a SHA-256 of 64 lower-case hexadecimal digits",
};

export const topologyBinary: TextRule = {
  pattern: "\\.(jar|tar|tar\\.gz|pex|so|dylib)$",
  expected: "a file that ends in .jar, .tar, .tar.gz, .pex, .so or .dylib",
};

export const definitionFile: TextRule = { pattern: "\\.defn$", expected: "a file that ends in .defn" };

export const libraryFile: TextRule = { pattern: "\\.jar$", expected: "a file that ends in .jar" };

export const corePackage: TextRule = {
  pattern: "\\.(tar\\.gz|tgz)$",
  expected: "a file that ends in .tar.gz or .tgz",
};

/** The scheduler compares the part before the slash with the job's role; `*` lets every role in. */
export const dedicated: TextRule = {
  pattern: "^([\\w\\-.]+|\\*)/[^\\s,]+$",
  expected: "role/name or */name",
};

export const confFile: TextRule = {
  pattern: "^[\\w\\-]+\\.yaml$",
  expected: "the name of a YAML file of the Heron conf dir, such as heron_internals.yaml",
};

export const runtimeKey: TextRule = {
  pattern: "^([\\w.\\-]+:)?[\\w.\\-]+$",
  expected: "a key, or component:key, of letters, digits and _ . - alone",
};

/** Ours among a job's labels tell whose it is. */
export const metadataKey: TextRule = {
  pattern: "^(?!heron-aurora/)",
  expected: "a label of your own (those that begin with heron-aurora/ are this project's)",
};

export const relativeFolder: TextRule = {
  pattern: "^[^/\\s\\\\][^\\s\\\\]*$",
  expected: "a folder, relative to the stack document",
};

export const glob: TextRule = { pattern: "^[^/\\s]", expected: "a file name or glob, relative to the stack document" };

/** S3's naming rules for general purpose buckets. */
export const bucketName: TextRule = {
  pattern:
    "^(?!xn--|sthree-|amzn-s3-demo-)(?!\\d+\\.\\d+\\.\\d+\\.\\d+$)(?!.*\\.\\.)(?!.*(-s3alias|--ol-s3|\\.mrap|--x-s3)$)[a-z0-9][a-z0-9.\\-]{1,61}[a-z0-9]$",
  expected:
    "a bucket name as S3 takes it: 3 to 63 lower-case letters, digits, '-' and '.', a letter or digit at both ends",
};

/** Servers other than AWS's have names of their own; AWS's are looked at where there is no `endpoint`. */
export const s3Region: TextRule = {
  pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
  expected: "an AWS region such as eu-central-1, or what the server at 'endpoint' calls its own",
};

export const objectPrefix: TextRule = {
  pattern: "^[\\w.\\-]+(/[\\w.\\-]+)*$",
  expected: "folder names of letters, digits, '_', '-' and '.', with '/' between them and none at the ends",
};

export const roleArn: TextRule = {
  pattern: "^arn:aws[\\w\\-]*:iam::\\d{12}:role/[\\w+=,.@/\\-]+$",
  expected: "the ARN of a role, arn:aws:iam::<account>:role/<name>",
};

export const vpcEndpointId: TextRule = { pattern: "^vpce-[0-9a-f]+$", expected: "the id of a VPC endpoint, vpce-…" };

/** S3 takes a policy for public when it lets in more than a /8 of IPv4, or a /32 of IPv6. */
export const cidr: TextRule = {
  pattern: "^(\\d{1,3}(\\.\\d{1,3}){3}/([89]|[12]\\d|3[0-2])|[0-9a-fA-F:]+/(3[2-9]|[4-9]\\d|1[01]\\d|12[0-8]))$",
  expected: "an address range such as 203.0.113.0/24, no wider than /8 (IPv6: /32)",
};

export const kmsKey: TextRule = {
  pattern: "^(new|arn:aws[\\w\\-]*:kms:[\\w\\-]+:\\d{12}:key/[\\w\\-]+)$",
  expected: "the ARN of a KMS key, or 'new'",
};

/** Without user and password: it is told to the agents. */
export const packageUrl: TextRule = {
  pattern: "^https?://[^\\s/@?#]+/[^\\s?#]+$",
  expected: "an address https://host/path, without user, password or query",
};

/** What agents fetch is told to everybody who sees the scheduler: neither a password nor a signature may stand in it. */
export const fetcherUri: TextRule = {
  pattern: "^([a-z][a-z0-9+.\\-]*:)?/[^\\s@?#]+$",
  expected:
    "an address without user, password or query, such as https://packages.example.com/models.tar.gz, or a path on the agents",
};

export const taskLink: TextRule = {
  pattern: "^https?://[^\\s/@]+(/[^\\s@]*)?$",
  expected: "an http or https address without user and password, such as http://%host%:%port:http%/threads",
};

/** HDFS takes no ':' in a name; what agents' shells and URIs would need escaped is left out. */
export const hdfsFolder: TextRule = {
  pattern: "^(/(?!\\.{1,2}(/|$))[\\w.\\-=+@]+)+$",
  expected: "an absolute path of names of letters, digits and '_.-=+@', without a '/' at its end",
};

export const hdfsAuthority: TextRule = {
  pattern: "^[\\w\\-.]+(:\\d+)?$",
  expected: "a nameservice or host, with :port if need be",
};

/** What WebHDFS takes (dfs.webhdfs.user.provider.user.pattern). */
export const hdfsUser: TextRule = {
  pattern: "^[A-Za-z_][A-Za-z0-9._\\-]*[$]?$",
  expected: "a user name of letters, digits and '._-' that begins with a letter or '_'",
};
