/** What the exit codes of the commands that fetch mean, and what to look at. */
const meanings: Readonly<Record<string, string>> = {
  1: "aws, hdfs or cp failed: look whether the agent's role may read the bucket, its user the HDFS folder, or the folder is mounted",
  6: "curl cannot resolve the host's name",
  7: "curl cannot connect to the host",
  22: "curl was answered with an HTTP error: 403 where the bucket's policy does not let the agent's network read, 404 where there is no such object",
  28: "curl timed out",
  35: "curl could not agree on TLS",
  60: "curl does not trust the server's certificate",
  65: "what was fetched has another sha256 than what was uploaded",
  126: "the command may not be executed on the agent",
  127: "the command is not installed on the agent",
  255: "aws found no usable credentials, or the bucket is in another region",
};

/** The meaning of the exit code that an executor's message ends with, to be appended to it; nothing where it names none. */
export function explainExit(message: string | undefined): string {
  const code = /(?:exited|exit code|status)\D{0,3}(\d+)/i.exec(message ?? "")?.[1];
  const meaning = code === undefined ? undefined : meanings[code];
  return meaning === undefined ? "." : ` (${meaning}).`;
}
