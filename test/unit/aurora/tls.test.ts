import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { after, afterEach, before, describe, it } from "mocha";
import { UserError } from "../../../components/errors";
import { connectAurora, type AuroraClient, type AuroraCredentials } from "../../../components/aurora/client";
import { AuroraError } from "../../../components/aurora/errors";
import { answerOk, serve, type TestServer } from "./servers";

const cluster = "devcluster";
const job = { cluster, role: "heron", environment: "devel", name: "WordCount" };

interface Identity {
  readonly cert: string;
  readonly key: string;
}

let folder: string;
let ca: Identity;
let scheduler: Identity;
let operator: Identity;
let stranger: Identity;

function openssl(...args: string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
}

function identity(name: string): Identity {
  return {
    cert: readFileSync(join(folder, `${name}.crt`), "utf8"),
    key: readFileSync(join(folder, `${name}.key`), "utf8"),
  };
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function authority(name: string): Identity {
  openssl(
    "req",
    "-x509",
    ...NEW_KEY,
    "-days",
    "2",
    "-subj",
    `/CN=${name}`,
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.crt`,
  );
  return identity(name);
}

function issued(name: string): Identity {
  writeFileSync(join(folder, "san.ext"), "subjectAltName=IP:127.0.0.1");
  openssl("req", ...NEW_KEY, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
  openssl(
    "x509",
    "-req",
    "-in",
    `${name}.csr`,
    "-CA",
    "ca.crt",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    "2",
    "-extfile",
    "san.ext",
    "-out",
    `${name}.crt`,
  );
  return identity(name);
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), "aurora-tls-"));
  ca = authority("ca");
  stranger = authority("stranger");
  scheduler = issued("scheduler");
  operator = issued("operator");
});

after(() => rmSync(folder, { recursive: true }));

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) {
    await each.close();
  }
});

function client(server: TestServer, credentials: AuroraCredentials): AuroraClient {
  const aurora = connectAurora({ cluster, scheduler: { url: server.url }, credentials, retryForMs: 0 });
  open.push(aurora);
  return aurora;
}

async function failure(call: Promise<unknown>): Promise<AuroraError> {
  const error: unknown = await call.then(
    () => assert.fail("It did not fail."),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AuroraError, String(error));
  return error;
}

describe("a scheduler behind TLS", () => {
  it("is trusted by the given authority, and by that only", async () => {
    const server = await serve(answerOk, scheduler);
    open.push(server);
    await client(server, { ca: ca.cert }).killTasks(job, "all");
    for (const credentials of [{}, { ca: stranger.cert }]) {
      const error = await failure(client(server, credentials).killTasks(job, "all"));
      assert.equal(error.kind, "unreachable");
      assert.match(error.message, /Check .* ca, cert and key in heron:credentials/);
    }
    assert.equal(server.seen.length, 1);
  });

  it("is told apart from one whose certificate names another address", async () => {
    const server = await serve(answerOk, scheduler);
    open.push(server);
    const error = await failure(
      client({ ...server, url: server.url.replace("127.0.0.1", "localhost") }, { ca: ca.cert }).killTasks(job, "all"),
    );
    assert.equal(error.kind, "unreachable");
    assert.match(error.message, /certificate/);
  });

  it("sees the given client certificate", async () => {
    const server = await serve(answerOk, { ...scheduler, ca: ca.cert, requestCert: true, rejectUnauthorized: true });
    open.push(server);
    await client(server, { ca: ca.cert, ...operator }).killTasks(job, "all");
    const { socket } = server.seen[0]!;
    assert.ok(socket instanceof TLSSocket);
    assert.equal(socket.getPeerCertificate().subject.CN, "operator");
  });

  it("that wants another client certificate never gets the call", async () => {
    const server = await serve(answerOk, { ...scheduler, ca: ca.cert, requestCert: true, rejectUnauthorized: true });
    open.push(server);
    for (const credentials of [{ ca: ca.cert }, { ca: ca.cert, ...stranger }]) {
      const error = await failure(client(server, credentials).tasks(job));
      assert.equal(error.kind, "unreachable");
      assert.match(error.message, /wants a client certificate/);
    }
    assert.equal(server.seen.length, 0);
  });

  it("is not left for plain http, where the password would be read on the way", async () => {
    const plain = await serve(answerOk);
    const server = await serve(
      (_request, response) => response.writeHead(307, { location: `${plain.url}/api` }).end(),
      scheduler,
    );
    open.push(plain, server);
    const error = await failure(
      client(server, { ca: ca.cert, username: "ada", password: "hunter2" }).killTasks(job, "all"),
    );
    assert.equal(error.kind, "protocol");
    assert.match(error.message, /from https to plain http/);
    assert.equal(plain.seen.length, 0);
  });
});

describe("credentials", () => {
  const refused = (credentials: AuroraCredentials, words: RegExp): void => {
    assert.throws(
      () => connectAurora({ cluster, scheduler: { url: "https://127.0.0.1:1" }, credentials }),
      (error) => error instanceof UserError && words.test(error.message) && !error.message.includes("hunter2"),
    );
  };

  it("come as whole pairs", () => {
    refused({ username: "ada" }, /set heron:credentials\.devcluster\.password too/);
    refused({ password: "hunter2" }, /set heron:credentials\.devcluster\.username too/);
    refused({ cert: operator.cert }, /set heron:credentials\.devcluster\.key too/);
    refused({ key: operator.key }, /set heron:credentials\.devcluster\.cert too/);
  });

  it("are PEM texts that belong together", () => {
    refused({ cert: "hunter2", key: "hunter2" }, /must be PEM/);
    refused({ cert: operator.cert, key: stranger.key }, /must be PEM/);
  });
});
