import { isAbsolute } from "node:path";

import { UserError } from "../errors";
import type { Finding, Path } from "../finding";
import { parseServers } from "../zookeeper/servers";
import { describeValue } from "./describe";
import type { Problem } from "./problem";
import { defaultEnvironmentPattern } from "./schema/stack";

/** The scheduler matches the whole environment (apache/aurora: `ConfigurationManager.validateAndPopulate`). */
export function checkEnvironment(
  environment: string,
  environmentPattern: string = defaultEnvironmentPattern,
): readonly Finding[] {
  const pattern = wholePattern(environmentPattern);
  if (pattern === undefined) {
    return [{ path: ["environmentPattern"], message: `expected a regular expression, found '${environmentPattern}'` }];
  }
  if (pattern.test(environment)) return [];
  return [
    {
      path: ["environment"],
      message:
        `expected an environment that the scheduler takes (${environmentPattern}), found '${environment}'; if yours takes ` +
        "others (-allowed_job_environments), say so in 'environmentPattern'",
    },
  ];
}

/** Hosts dedicated to a role run its jobs alone; the scheduler refuses others. */
export function checkDedicated(dedicated: string, role: string): readonly Finding[] {
  const [owner] = dedicated.split("/");
  if (owner === role || owner === "*") return [];
  return [
    {
      path: ["dedicated"],
      message: `expected hosts of the stack's own role, '${role}/…', or of all, '*/…', found '${dedicated}'`,
    },
  ];
}

/** What looks like an address and is none: a port of 99999, a host of `[::1`. */
export function checkUrl(path: Path, url: string): readonly Finding[] {
  if (URL.canParse(url)) return [];
  return [
    { path, message: `expected an address of a host and, if any, a port up to 65535, found ${describeValue(url)}` },
  ];
}

/** ZooKeeper's hosts, likewise. */
export function checkServers(path: Path, servers: string): readonly Finding[] {
  try {
    parseServers(servers);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ path, message: error.message }];
  }
}

/** A job key is given once: each further topology of a name is a problem that tells of the first. */
export function checkTopologyNames(
  topologies: readonly { readonly document: string; readonly name: string }[],
): readonly Problem[] {
  const firstOf = new Map<string, string>();
  return topologies.flatMap(({ document, name }) => {
    const first = firstOf.get(name);
    if (first === undefined) {
      firstOf.set(name, document);
      return [];
    }
    const message = `expected a name of its own, found '${name}', which the topology in ${first} has too`;
    return [{ file: document, path: "name", message }];
  });
}

/** How {@link checkLocalFile} looks at the machine that runs Pulumi. */
export interface FileLookup {
  /** Whether a path as written in the document is that of a file. */
  isFile(path: string): boolean;
  /** The path as shown to the user. */
  show(path: string): string;
}

/** A file that the deployment reads: there, and named in a way that holds on every machine. */
export function checkLocalFile(path: Path, file: string, lookup: FileLookup): readonly Finding[] {
  if (isAbsolute(file)) {
    return [{ path, message: `expected a path relative to this document, found the absolute '${file}'` }];
  }
  return lookup.isFile(file)
    ? []
    : [{ path, message: `expected a file (paths are relative to the document), found none at ${lookup.show(file)}` }];
}

function wholePattern(pattern: string): RegExp | undefined {
  // Java, whose pattern it is, takes flags at its beginning.
  const [start = "", flags = ""] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  const whole = `^(?:${pattern.slice(start.length)})$`;
  // It lets more be escaped than a Unicode-aware one may here; what only that knows is misread else.
  return patternOf(whole, `u${flags}`) ?? (/\\[pPQ]/.test(pattern) ? undefined : patternOf(whole, flags));
}

function patternOf(text: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(text, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
