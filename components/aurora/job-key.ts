/** An Aurora job's name in the world: `cluster/role/environment/name`. */
export interface JobKey {
  readonly cluster: string;
  readonly role: string;
  readonly environment: string;
  readonly name: string;
}

/** `cluster/role/environment/name`, as Aurora's own client writes it. */
export function formatJobKey(key: JobKey): string {
  return `${key.cluster}/${key.role}/${key.environment}/${key.name}`;
}

/** The reverse of {@link formatJobKey}. @throws Error when `text` has not exactly four parts. */
export function parseJobKey(text: string): JobKey {
  const [cluster, role, environment, name, ...rest] = text.split("/");
  if (!cluster || !role || !environment || !name || rest.length > 0) {
    throw new Error(`'${text}' is not a job key: expected cluster/role/environment/name.`);
  }
  return { cluster, role, environment, name };
}
