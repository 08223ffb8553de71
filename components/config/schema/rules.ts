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

export const agentPath: TextRule = {
  pattern: "^/",
  expected: "an absolute path, as the agents see it",
};

export const nonEmpty: TextRule = { pattern: "\\S", expected: "a text that is not empty" };

export const schedulerUrl: TextRule = {
  pattern: "^https?://[^\\s/@?#]+(/[^\\s@]*)?$",
  expected: "an address http://host:port or https://host:port, without user or password",
};

export const zookeeperServers: TextRule = {
  pattern: "^[^\\s,/@:]+(:\\d+)?(,[^\\s,/@:]+(:\\d+)?)*$",
  expected: "hosts as host:port,host:port",
};

/** As Heron's ZooKeeper connection strings: a chroot may follow the last host. */
export const zookeeperConnection: TextRule = {
  pattern: "^[^\\s,/@:]+(:\\d+)?(,[^\\s,/@:]+(:\\d+)?)*(/[^\\s/]+)*$",
  expected: "hosts as host:port,host:port with an optional /chroot after the last",
};

export const zookeeperPath: TextRule = {
  pattern: "^(/[^\\s/]+)+$",
  expected: "a ZooKeeper path that starts with / and does not end in one",
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

export const glob: TextRule = { pattern: "^[^/\\s]", expected: "a file name or glob, relative to the stack document" };
