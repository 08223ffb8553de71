import { S3Client } from "@aws-sdk/client-s3";
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { Agent, get as getSecurely } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { fetched } from "./fetched";
import { freePort } from "./ports";
import { endingWithUs, kill } from "./server-process";

/** How long mocha may wait for a server: the first start on a machine builds it. */
export const buildTimeoutMs = 600_000;

const answerTimeoutMs = 30_000;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * A real S3 server, versitygw 1.8, on a loopback port of its own, with data and credentials of its own.
 *
 * What it was seen to do with access:
 * - Without a bucket policy, anonymous requests and users other than the bucket's owner get 403 AccessDenied. Its root
 *   account is exempt from every policy, an explicit Deny included.
 * - Bucket policies are enforced, Deny before Allow, for anonymous callers (`Principal: "*"` and `{AWS: "*"}`) and users.
 *   A user's principal is the access key. Roles, services, accounts and unknown users are refused: `MalformedPolicy:
 *   Invalid principal in policy`. `NotPrincipal` is taken but then matches nobody in particular: do not use it.
 * - Conditions are evaluated on `aws:SourceIp` (the peer's address, 127.0.0.1), `aws:SecureTransport` (false over plain
 *   HTTP, so a TLS-only policy shuts out everybody but root there), `aws:CurrentTime`, `aws:EpochTime`, `aws:UserAgent`,
 *   `aws:Referer`, and on `s3:prefix`, `s3:delimiter`, `s3:max-keys`, `s3:x-amz-acl`, `s3:VersionId` with the actions
 *   they belong to. `aws:PrincipalArn`, `aws:username`, `aws:userid`, `aws:MultiFactorAuthAge` are taken and never match.
 * - Every other key is refused: `MalformedPolicy: Policy has an invalid condition key`. Seen for `aws:SourceVpce`,
 *   `aws:SourceVpc`, `aws:VpcSourceIp`, `aws:SourceArn`, `aws:PrincipalOrgID`, `aws:PrincipalAccount`,
 *   `aws:PrincipalIsAWSService`, `aws:ViaAWSService`, `s3:ResourceAccount`, `s3:TlsVersion`,
 *   `s3:x-amz-server-side-encryption`. The stand-in for the AWS provider works round this.
 * - NotImplemented (501): encryption, public access block, lifecycle, logging.
 */
export interface S3Server {
  /** `https://127.0.0.1:port`, or `http://…`. Buckets are addressed by path. */
  readonly endpoint: string;
  readonly region: string;
  readonly root: Credentials;
  /** PEM file of the certificate to trust; undefined without TLS. */
  readonly certificate?: string;
  /** A folder that goes with the server. */
  readonly folder: string;
  client(credentials?: Credentials, region?: string): S3Client;
  /** Adds a user: `userplus` may create buckets, `user` has what bucket policies grant. */
  addUser(role: "user" | "userplus"): Promise<Credentials>;
  /** Status and body of an anonymous GET. */
  fetch(path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Kills the process and removes its data. */
  dispose(): Promise<void>;
}

export async function startS3Server(
  options: { readonly tls?: boolean; readonly region?: string } = {},
): Promise<S3Server> {
  const { tls = true, region = "eu-west-1" } = options;
  const executable = fetched("servers", "versitygw.mjs");
  const folder = mkdtempSync(join(tmpdir(), "s3-server-"));
  const certificate = tls ? makeCertificate(folder) : undefined;
  const port = await freePort();
  const endpoint = `${tls ? "https" : "http"}://127.0.0.1:${port}`;
  const root = newCredentials();
  const agent = certificate === undefined ? undefined : new Agent({ ca: readFileSync(certificate) });
  const running = await launch(executable, { folder, port, region, root, certificate: certificate !== undefined }, () =>
    fetch(`${endpoint}/health`, agent),
  );
  return {
    endpoint,
    region,
    root,
    folder,
    ...(certificate !== undefined && { certificate }),
    client: (credentials = root, clientRegion = region) =>
      new S3Client({
        endpoint,
        region: clientRegion,
        credentials,
        forcePathStyle: true,
        ...(agent !== undefined && { requestHandler: { httpsAgent: agent } }),
      }),
    addUser: (role) => addUser(executable, { endpoint, region, root }, role),
    fetch: (path) => fetch(`${endpoint}/${path}`, agent),
    dispose: async () => {
      agent?.destroy();
      await kill(running);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newCredentials(): Credentials {
  return {
    accessKeyId: `TEST${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString("hex"),
  };
}

/** Makes `cert.pem` and `key.pem` in a folder. */
function makeCertificate(folder: string): string {
  const certificate = join(folder, "cert.pem");
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", certificate];
  execFileSync("openssl", [...request, ...names, ...files], { stdio: ["ignore", "ignore", "pipe"] });
  return certificate;
}

interface Launch {
  readonly folder: string;
  readonly port: number;
  readonly region: string;
  readonly root: Credentials;
  readonly certificate: boolean;
}

async function launch(
  executable: string,
  { folder, port, region, root, certificate }: Launch,
  health: () => Promise<{ readonly status: number }>,
): Promise<ChildProcess> {
  const within = (name: string): string => join(folder, name);
  for (const name of ["accounts", "buckets", "metadata", "versions"]) mkdirSync(within(name));
  const tls = certificate ? ["--cert", within("cert.pem"), "--key", within("key.pem")] : [];
  const access = ["--iam-dir", within("accounts"), "--iam-cache-disable"];
  // Metadata in files of its own: not every temporary folder has extended attributes.
  const storage = ["--sidecar", within("metadata"), "--versioning-dir", within("versions"), within("buckets")];
  const server = spawn(
    executable,
    ["--port", `127.0.0.1:${port}`, "--region", region, "--health", "/health", "--quiet", ...tls, ...access].concat(
      "posix",
      storage,
    ),
    {
      env: { PATH: process.env.PATH, ROOT_ACCESS_KEY: root.accessKeyId, ROOT_SECRET_KEY: root.secretAccessKey },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  endingWithUs(server);
  const errors = text(server.stderr);
  const started = await Promise.race([untilItAnswers(health), once(server, "exit")]);
  if (started !== true) throw new Error(`versitygw ended at once: ${await errors}`);
  return server;
}

async function untilItAnswers(health: () => Promise<{ readonly status: number }>): Promise<true> {
  const giveUpAt = Date.now() + answerTimeoutMs;
  for (;;) {
    try {
      if ((await health()).status === 200) return true;
    } catch (error) {
      // Not listening yet.
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") throw error;
    }
    if (Date.now() > giveUpAt) throw new Error("versitygw does not answer");
    await setTimeout(50);
  }
}

async function fetch(url: string, agent: Agent | undefined): Promise<{ status: number; body: string }> {
  const request = agent === undefined ? get(url) : getSecurely(url, { agent });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}

async function addUser(
  executable: string,
  { endpoint, region, root }: { readonly endpoint: string; readonly region: string; readonly root: Credentials },
  role: string,
): Promise<Credentials> {
  const user = newCredentials();
  const { accessKeyId, secretAccessKey } = user;
  const create = ["create-user", "--access", accessKeyId, "--secret", secretAccessKey, "--role", role];
  await promisify(execFile)(executable, ["admin", "--allow-insecure", "--endpoint-url", endpoint, ...create], {
    env: {
      ADMIN_ACCESS_KEY_ID: root.accessKeyId,
      ADMIN_SECRET_ACCESS_KEY: root.secretAccessKey,
      ADMIN_REGION: region,
    },
  });
  return user;
}
