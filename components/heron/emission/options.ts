import { UserError } from "../../errors";

/** What Heron's API reads from the environment while a topology's main runs. */
export interface EmissionOptions {
  readonly directory: string;
  readonly cluster: string;
  readonly role: string;
  readonly environment: string;
  readonly submitUser: string;
  readonly fileName: string;
  readonly className: string;
  /** Only heronpy asks for it. */
  readonly topologyName: string;
}

/**
 * The value of HERON_OPTIONS: `key=value` joined by commas, blanks as `%%%%`, in the order of the Heron CLI.
 * @throws UserError for a value that holds what separates the options
 */
export function heronOptions(options: EmissionOptions): string {
  const entries = [
    ["cmdline.topologydefn.tmpdirectory", options.directory],
    ["cmdline.topology.initial.state", "RUNNING"],
    ["cmdline.topology.role", options.role],
    ["cmdline.topology.environment", options.environment],
    ["cmdline.topology.cluster", options.cluster],
    ["cmdline.topology.file_name", options.fileName],
    ["cmdline.topology.class_name", options.className],
    ["cmdline.topology.submit_user", options.submitUser],
    ["cmdline.topology.name", options.topologyName],
  ] as const;
  return entries
    .map(([key, value]) => {
      if (/[,=]/.test(value)) {
        throw new UserError(
          `Heron cannot be told '${value}' (${key}): a ',' or '=' in it would be misread. Rename it.`,
        );
      }
      return `${key}=${value.replaceAll(" ", "%%%%")}`;
    })
    .join(",");
}
