import { fileURLToPath } from "node:url";
import { UserError } from "../../errors";
import { render, template } from "../../render";
import { commandLine, quote } from "../../shell";

/** A package an agent fetches: from where, what it must hash to, and under which name it is kept. */
export interface FetchedPackage {
  readonly uri: string;
  readonly sha256: string;
  readonly file: string;
}

/** How agents fetch one package: from a mounted folder, by HTTP, by the AWS CLI, from HDFS, or by a command of the user's own. */
export type FetchMethod =
  | "copy"
  | "curl"
  | "hdfs"
  | { readonly aws: { readonly region: string; readonly endpoint?: string } }
  | { readonly command: string };

/**
 * The command line of a fetching process: fetches unless the right file is there already, checks its sha256 before it
 * unpacks, and ends with the fetching command's own exit code when that fails.
 * @throws UserError for a way of fetching that cannot work with the URI
 */
export function fetchCommand(method: FetchMethod, { uri, sha256, file }: FetchedPackage): string {
  if (method === "copy" && !uri.startsWith("file:")) {
    throw new UserError(
      `fetch: 'copy' needs a mounted folder, but the package lies at ${uri}. Use 'curl' or a command.`,
    );
  }
  const fetch =
    method === "copy" ? `cp ${quote(fileURLToPath(uri))} ${quote(file)}` : fetchFrom(method, quote(uri), file);
  return render(template("thermos", "fetch.sh"), { file, sha256, fetch }).trimEnd();
}

/**
 * The same for `heron.aurora`, where the URI is bound by Heron's submitter, which knows no hash.
 * @param binding the name that the submitter binds
 */
export function boundFetchCommand(method: FetchMethod, binding: string, file: string): string {
  const uri = `'{{${binding}}}'`;
  const unpack = `tar zxf ${quote(file)}`;
  if (method === "copy") return `uri=${uri} && cp "\${uri#file://}" ${quote(file)} && ${unpack}`;
  // Heron's S3Uploader binds the object's https address, path-style; the AWS CLI takes none but s3://bucket/key.
  if (typeof method === "object" && "aws" in method) {
    const asS3 = `case "$uri" in https://*) uri="s3://\${uri#https://*/}";; esac`;
    return `uri=${uri} && ${asS3} && ${fetchFrom(method, '"$uri"', file)} && ${unpack}`;
  }
  return `${fetchFrom(method, uri, file)} && ${unpack}`;
}

/** @param uri quoted */
function fetchFrom(method: Exclude<FetchMethod, "copy">, uri: string, file: string): string {
  if (method === "curl") {
    return `curl --fail --silent --show-error --location --retry 5 --output ${quote(file)} ${uri}`;
  }
  // What an earlier attempt left would make -get refuse, and old clients have no -f for it.
  if (method === "hdfs") return `rm -f ${quote(file)} && hdfs dfs -get ${uri} ${quote(file)}`;
  // A block of YAML ends in a newline, which more of the command line must not follow.
  if ("command" in method) return render(method.command, { uri, file: quote(file) }).replace(/\n+$/, "");
  const { region, endpoint } = method.aws;
  const at = ["--region", region, ...(endpoint === undefined ? [] : ["--endpoint-url", endpoint])];
  const retried = "AWS_RETRY_MODE=standard AWS_MAX_ATTEMPTS=5";
  return `${retried} aws s3 cp --only-show-errors ${commandLine(at)} ${uri} ${quote(file)}`;
}
