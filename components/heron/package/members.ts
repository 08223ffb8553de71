import { UserError } from "../../errors";

/** Folder of a container that the cluster's configuration is unpacked to. */
const confFolder = "./heron-conf";

/** Written after the conf dir by `heron submit`, which generates them. */
const generatedConf = ["release.yaml", "override.yaml"];

/** One member of a topology package. A file's content is given, or is that of a file on disk. */
export type Member =
  | { readonly name: string; readonly type: "directory" }
  | { readonly name: string; readonly type: "file"; readonly content: Uint8Array }
  | { readonly name: string; readonly type: "file"; readonly path: string };

/** What a topology package is made of. */
export interface PackageContent {
  /** The user's file on this machine. */
  readonly topologyFile: string;
  /** Its name in the package, as `--topology-binary-file` tells the executor. */
  readonly topologyFileName: string;
  readonly definition: Uint8Array;
  /** `<topology>.defn`, as `--topology-defn-file` tells the executor. */
  readonly definitionName: string;
  /** Heron conf dir: text by file name. */
  readonly conf: ReadonlyMap<string, string>;
}

/**
 * The members of a topology package in the order of `heron submit`: the user's file, the definition, the conf dir by name,
 * then the two conf files that it generates.
 *
 * @throws UserError for a name that is no plain file name, or that two members would have
 */
export function packageMembers(contents: PackageContent): Member[] {
  const { topologyFileName, definitionName, conf } = contents;
  for (const name of [topologyFileName, definitionName, ...conf.keys()]) requirePlainName(name);
  if (topologyFileName === definitionName) {
    throw new UserError(`the topology's file may not be named ${topologyFileName}: that is its definition's name`);
  }
  return [
    { name: topologyFileName, type: "file", path: contents.topologyFile },
    { name: definitionName, type: "file", content: contents.definition },
    { name: confFolder, type: "directory" },
    ...confInOrder(conf).map(([name, text]) => ({
      name: `${confFolder}/${name}`,
      type: "file" as const,
      content: new TextEncoder().encode(text),
    })),
  ];
}

/** Conf files by name, byte for byte, whatever order the map has; generated ones last. */
export function confInOrder(conf: ReadonlyMap<string, string>): [string, string][] {
  const shipped = [...conf].filter(([name]) => !generatedConf.includes(name));
  const generated = generatedConf.flatMap((name): [string, string][] => {
    const text = conf.get(name);
    return text === undefined ? [] : [[name, text]];
  });
  return [...shipped.sort(([a], [b]) => (a < b ? -1 : 1)), ...generated];
}

function requirePlainName(name: string): void {
  if (!/^[^/\\\0]+$/.test(name) || name === "." || name === "..") {
    throw new UserError(`${JSON.stringify(name)} cannot be in a topology package: it must be a plain file name`);
  }
}
