import { fileURLToPath } from "node:url";
import type { FetchArgs } from "../../cluster-args";
import { UserError } from "../../errors";
import { render, template } from "../../render";
import { quote } from "../../shell";

/** A package an agent fetches: from where, what it must hash to, and under which name it is kept. */
export interface FetchedPackage {
  readonly which: "core" | "topology";
  readonly uri: string;
  readonly sha256: string;
  readonly file: string;
}

/**
 * The command line of a fetching process: fetches unless the right file is there already, checks its sha256 before it
 * unpacks, and ends with the fetching command's own exit code when that fails.
 * @throws UserError for a way of fetching that cannot work with the URI
 */
export function fetchCommand(fetch: FetchArgs, fetched: FetchedPackage): string {
  const { file, sha256 } = fetched;
  return render(template("thermos", "fetch.sh"), { file, sha256, fetch: fetchOnly(fetch, fetched) }).trimEnd();
}

function fetchOnly(fetch: FetchArgs, { which, uri, file }: FetchedPackage): string {
  if (fetch === "copy") {
    if (!uri.startsWith("file:")) {
      throw new UserError(
        `fetch: 'copy' needs a mounted folder, but the package lies at ${uri}. Use 'curl' or a command.`,
      );
    }
    return `cp ${quote(fileURLToPath(uri))} ${quote(file)}`;
  }
  if (fetch === "curl") {
    return `curl --fail --silent --show-error --location --retry 5 --output ${quote(file)} ${quote(uri)}`;
  }
  return render(fetch[which], { uri: quote(uri), file: quote(file) });
}

/**
 * The same for `heron.aurora`, where the URI is bound by Heron's submitter, which knows no hash.
 * @param binding the name that the submitter binds
 */
export function boundFetchCommand(
  fetch: FetchArgs,
  which: FetchedPackage["which"],
  binding: string,
  file: string,
): string {
  const uri = `'{{${binding}}}'`;
  const unpack = `tar zxf ${quote(file)}`;
  if (fetch === "copy") return `uri=${uri} && cp "\${uri#file://}" ${quote(file)} && ${unpack}`;
  if (fetch === "curl") {
    return `curl --fail --silent --show-error --location --retry 5 --output ${quote(file)} ${uri} && ${unpack}`;
  }
  return `${render(fetch[which], { uri, file: quote(file) })} && ${unpack}`;
}
