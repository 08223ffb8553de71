import { basename } from "node:path";
import { ArgumentError, UserError } from "../../errors";
import type { Path } from "../../finding";
import { packageKind } from "./package-kind";
import type { EmissionRequest } from "./request";

/**
 * The value of HERON_OPTIONS, which Heron's API reads while a topology's main runs: `key=value` joined by commas, blanks as
 * `%%%%`, in the order of the Heron CLI.
 * @param directory the folder that the definition is emitted to
 * @throws UserError for a value that holds what separates the options
 */
export function heronOptions(request: EmissionRequest, directory: string): string {
  const entries = [
    ["cmdline.topologydefn.tmpdirectory", directory],
    ["cmdline.topology.initial.state", request.initialState ?? "RUNNING"],
    ["cmdline.topology.role", request.role],
    ["cmdline.topology.environment", request.environment],
    ["cmdline.topology.cluster", request.cluster],
    ["cmdline.topology.file_name", basename(request.package)],
    ["cmdline.topology.class_name", request.class ?? ""],
    ["cmdline.topology.submit_user", request.submitUser],
    // heronpy names a topology after its class unless it is told.
    ...(packageKind(request.package) === "pex" ? [["cmdline.topology.name", request.topologyName] as const] : []),
  ] as const;
  return entries
    .map(([key, value]) => {
      if (/[,=]/.test(value)) throw misread(key, value);
      return `${key}=${value.replaceAll(" ", "%%%%")}`;
    })
    .join(",");
}

/** Of those that are a topology's own. */
const places: Readonly<Record<string, Path>> = {
  "cmdline.topology.file_name": ["package"],
  "cmdline.topology.class_name": ["class"],
  "cmdline.topology.name": ["name"],
};

function misread(key: string, value: string): UserError {
  const because = "a ',' or '=' in it would be misread by Heron's API.";
  if (key === "cmdline.topologydefn.tmpdirectory") {
    return new UserError(
      `The folder for temporary files ($TMPDIR) cannot be used to emit a topology: ${because} Set TMPDIR to another.`,
    );
  }
  const message = `Heron cannot be told ${JSON.stringify(value)} (${key}): ${because} Rename it.`;
  const path = places[key];
  return path === undefined ? new UserError(message) : new ArgumentError([{ path, message }]);
}
