import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { quote } from "../../components/shell";
import type { Credentials, S3Server } from "./s3-server";

/**
 * A folder for the PATH of agents: the machine's own curl, trusting the server's certificate as an agent's system would,
 * and `aws` with an instance's credentials.
 */
export function agentTools(s3: S3Server, { accessKeyId, secretAccessKey }: Credentials): string {
  const folder = join(s3.folder, "agent-tools");
  mkdirSync(folder, { recursive: true });
  const curl = execFileSync("sh", ["-c", "command -v curl"], { encoding: "utf8" }).trim();
  const certificate = s3.certificate ?? "";
  tool(folder, "curl", `exec ${quote(curl)} --cacert ${quote(certificate)} "$@"`);
  const standIn = join(__dirname, "..", "stand-ins", "aws-cli", "aws.js");
  const environment = [
    `AWS_ACCESS_KEY_ID=${quote(accessKeyId)}`,
    `AWS_SECRET_ACCESS_KEY=${quote(secretAccessKey)}`,
    `NODE_EXTRA_CA_CERTS=${quote(certificate)}`,
  ];
  tool(folder, "aws", `${environment.join(" ")} exec ${quote(process.execPath)} ${quote(standIn)} "$@"`);
  return folder;
}

function tool(folder: string, name: string, command: string): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${command}\n`);
  chmodSync(file, 0o755);
}
