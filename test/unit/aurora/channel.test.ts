import assert from "node:assert/strict";
import { createServer as createTcpServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterEach, describe, it } from "mocha";
import { connectAurora, type AuroraClient, type AuroraOptions } from "../../../components/aurora/client";
import { AuroraError, type AuroraErrorKind } from "../../../components/aurora/errors";
import type { JobKey } from "../../../components/aurora/job-key";
import type { OpenServiceSet } from "../../../components/aurora/leader";
import { bytes, isApi, recording, recordings, status } from "./recordings";
import { answerCode, answerOk, deadAddress, replay, serve, type TestServer } from "./servers";
import { listenOnLoopback } from "../../support/loopback";

const cluster = "devcluster";
const job: JobKey = { cluster, role: "heron", environment: "devel", name: "WordCount" };
const THRIFT = "application/vnd.apache.thrift.json";
const NO_LEADER = "<html><body><h2>No Leader Found</h2></body></html>";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) {
    await each.close();
  }
});

async function serving(...args: Parameters<typeof serve>): Promise<TestServer> {
  const server = await serve(...args);
  open.push(server);
  return server;
}

function client(url: string, options: Partial<AuroraOptions> = {}): AuroraClient {
  const aurora = connectAurora({ cluster, scheduler: { url }, retryForMs: 0, ...options });
  open.push(aurora);
  return aurora;
}

const read = (aurora: AuroraClient): Promise<unknown> => aurora.tasks(job);
const write = (aurora: AuroraClient): Promise<unknown> => aurora.killTasks(job, "all");

async function failure(call: Promise<unknown>): Promise<AuroraError> {
  const error: unknown = await call.then(
    () => assert.fail("It did not fail."),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AuroraError, String(error));
  return error;
}

async function kinds(
  url: string,
  options: Partial<AuroraOptions> = {},
): Promise<{ read: AuroraErrorKind; write: AuroraErrorKind }> {
  const aurora = client(url, options);
  return { read: (await failure(read(aurora))).kind, write: (await failure(write(aurora))).kind };
}

describe("a call over HTTP", () => {
  it("is a POST to /api in TJSON that asks for binary, which is read faster, on a connection that is kept", async () => {
    const server = await serving(answerOk);
    const aurora = client(server.url);
    for (let i = 0; i < 5; i++) {
      await write(aurora);
      await read(aurora);
    }
    for (const { method, url, headers } of server.seen) {
      assert.deepEqual(
        [method, url, headers["content-type"], headers.accept],
        ["POST", "/api", THRIFT, "application/vnd.apache.thrift.binary"],
      );
      assert.equal(headers.authorization, undefined);
    }
    // A connection rests for a turn of the event loop after each call, in which the next one may open a second.
    assert.ok(new Set(server.seen.map(({ socket }) => socket)).size <= 2);
  });

  it("keeps the path that the scheduler's address has, for one behind a proxy", async () => {
    const server = await serving(answerOk);
    await read(client(`${server.url}/aurora/`));
    await read(client(`${server.url}/aurora`));
    assert.deepEqual(
      server.seen.map(({ url }) => url),
      ["/aurora/api", "/aurora/api"],
    );
  });

  it("carries user and password as HTTP's basic authentication does, in UTF-8", async () => {
    const server = await serving(answerOk);
    await read(client(server.url, { credentials: { username: "ada", password: "pâss:wörd" } }));
    assert.equal(
      Buffer.from(server.seen[0]!.headers.authorization!.replace("Basic ", ""), "base64").toString("utf8"),
      "ada:pâss:wörd",
    );
  });

  it("takes a compressed answer", async () => {
    const reply = recording("010-getTasksWithoutConfigs-running").response.body;
    const server = await serving((request, response) => {
      assert.equal(request.headers["accept-encoding"], "gzip");
      response.writeHead(200, { "content-type": THRIFT, "content-encoding": "gzip" });
      response.end(gzipSync(bytes(reply)));
    });
    assert.equal((await client(server.url).tasks(job)).length, 3);
  });
});

describe("a follower's redirect", () => {
  it("is followed with the call and the credentials, and the leader is asked directly from then on", async () => {
    const leader = await serving(answerOk);
    const follower = await serving((request, response) => {
      response.writeHead(307, { location: `${leader.url}${request.url}` }).end();
    });
    const aurora = client(follower.url, { credentials: { username: "ada", password: "secret" } });
    await write(aurora);
    await write(aurora);
    assert.deepEqual([follower.seen.length, leader.seen.length], [1, 2]);
    assert.deepEqual(leader.seen[0]!.body, follower.seen[0]!.body);
    assert.equal(leader.seen[0]!.headers.authorization, follower.seen[0]!.headers.authorization);
    assert.ok(leader.seen[1]!.headers.authorization);
  });

  it("is asked for again at the configured address when the leader it named is gone", async () => {
    const old = await serve(answerOk);
    const next = await serving(answerOk);
    let leader = old.url;
    const follower = await serving((_request, response) =>
      response.writeHead(307, { location: `${leader}/api` }).end(),
    );
    const aurora = client(follower.url, { retryForMs: 5_000 });
    await read(aurora);
    await old.close();
    leader = next.url;
    await write(aurora);
    assert.deepEqual([old.seen.length, next.seen.length, follower.seen.length], [1, 1, 2]);
  });

  it("in a circle ends, as schedulers that do not agree on a leader", async () => {
    const server: TestServer = await serving((_request, response) =>
      response.writeHead(307, { location: "/api" }).end(),
    );
    const error = await failure(write(client(server.url)));
    assert.equal(error.kind, "unavailable");
    assert.match(error.message, /do not agree on a leader/);
    assert.equal(server.seen.length, 4);
  });

  it("to no usable address is refused", async () => {
    for (const location of [undefined, "ftp://127.0.0.1/api", "http://"]) {
      const server = await serving((_request, response) =>
        response.writeHead(307, location === undefined ? {} : { location }).end(),
      );
      assert.deepEqual(await kinds(server.url), { read: "protocol", write: "protocol" });
    }
  });
});

describe("a leader in ZooKeeper", () => {
  const announced = (url: () => string): OpenServiceSet & { opened: number } => {
    const openServiceSet = (): ReturnType<OpenServiceSet> => {
      openServiceSet.opened++;
      const { hostname: host, port } = new URL(url());
      const member = { serviceEndpoint: { host, port: Number(port) }, additionalEndpoints: {}, status: "ALIVE" };
      return Promise.resolve({
        children: () => Promise.resolve(["member_0000000042"]),
        get: () => Promise.resolve(Buffer.from(JSON.stringify(member))),
        close: () => Promise.resolve(),
      });
    };
    openServiceSet.opened = 0;
    return openServiceSet;
  };

  it("is looked up once for any number of calls, and again when it is gone", async () => {
    const old = await serve(answerOk);
    const next = await serving(answerOk);
    let leader = old.url;
    const openServiceSet = announced(() => leader);
    const aurora = connectAurora({
      cluster,
      scheduler: { zookeeper: { servers: "zk:2181" } },
      openServiceSet,
      retryForMs: 5_000,
    });
    open.push(aurora);
    await Promise.all([read(aurora), read(aurora), write(aurora)]);
    await read(aurora);
    assert.deepEqual([openServiceSet.opened, old.seen.length], [1, 4]);
    await old.close();
    leader = next.url;
    await read(aurora);
    await read(aurora);
    assert.deepEqual([openServiceSet.opened, next.seen.length], [2, 2]);
  });
});

describe("every recorded answer but HTTP 200", () => {
  it("is told by its status as what it is", async () => {
    const leaderless = await deadAddress();
    const failed = recordings().filter((exchange) => isApi(exchange) && status(exchange) !== 200);
    let current = failed[0]!;
    const server = await replay(() => current);
    open.push(server);
    const told: Record<string, number> = {};
    for (const exchange of failed) {
      // What the recording's leader was may be anybody on this machine.
      const headers = exchange.response.headers.map((line) => line.replace("http://127.0.0.1:8081", leaderless));
      current = { ...exchange, response: { ...exchange.response, headers } };
      const both = await kinds(server.url);
      const verdict = `${status(exchange)}: ${both.read} or ${both.write}`;
      told[verdict] = (told[verdict] ?? 0) + 1;
    }
    assert.deepEqual(told, {
      "307: unreachable or unreachable": 5,
      "401: unauthorized or unauthorized": 4,
      "415: protocol or protocol": 6,
      "500: protocol or unsure": 15,
    });
  });
});

describe("a scheduler that cannot answer", () => {
  it("for want of a leader is asked again until there is one", async () => {
    const server = await serving((request, response, count) => {
      if (count < 3) {
        response.writeHead(503, { "content-type": "text/html" }).end(NO_LEADER);
      } else {
        answerOk(request, response);
      }
    });
    await write(client(server.url, { retryForMs: 10_000 }));
    assert.equal(server.seen.length, 3);
  });

  it("by the word of a proxy, which may have passed a change on, is asked again for what changes nothing alone", async () => {
    const upstream = "upstream connect error or disconnect/reset before headers";
    const refusing = await serving((request, response, count) => {
      if (count < 3) response.writeHead(503, { "content-type": "text/plain" }).end(upstream);
      else answerOk(request, response);
    });
    await read(client(refusing.url, { retryForMs: 10_000 }));
    assert.equal(refusing.seen.length, 3);
    const server = await serving((_request, response) => response.writeHead(503).end(upstream));
    const error = await failure(write(client(server.url, { retryForMs: 10_000 })));
    assert.equal(error.kind, "unsure");
    assert.match(error.message, /HTTP 503, not the scheduler's own.*may or may not have taken effect/);
    assert.equal(server.seen.length, 1);
  });

  it("passingly, by its own word, is asked again", async () => {
    const server = await serving((request, response, count) =>
      answerCode(request, response, count < 3 ? 6 : 1, "storage is busy"),
    );
    await write(client(server.url, { retryForMs: 10_000 }));
    assert.equal(server.seen.length, 3);
  });

  it("for too long is given up, with the last reason", async () => {
    const server = await serving((_request, response) => response.writeHead(503).end(NO_LEADER));
    const start = performance.now();
    const error = await failure(write(client(server.url, { retryForMs: 400 })));
    assert.equal(error.kind, "unavailable");
    assert.match(error.message, /no leader \(HTTP 503\)/);
    assert.ok(server.seen.length > 1);
    assert.ok(performance.now() - start < 2_000);
  });

  it("because nobody listens is unreachable, whatever was asked; the message says where and what to check", async () => {
    const url = await deadAddress();
    assert.deepEqual(await kinds(url), { read: "unreachable", write: "unreachable" });
    const { message } = await failure(write(client(url)));
    assert.match(message, /ECONNREFUSED/);
    assert.match(message, /scheduler\.url/);
    assert.ok(message.includes(url) && message.includes("devcluster/heron/devel/WordCount"), message);
  });

  it("because its name is unknown is not tried twice", async () => {
    const start = performance.now();
    const error = await failure(write(client("http://no-such-host.invalid:8081", { retryForMs: 60_000 })));
    assert.equal(error.kind, "unreachable");
    assert.ok(performance.now() - start < 20_000);
  });
});

describe("a call that went out and was not answered", () => {
  it("in time is repeated when it only reads, and unsure when it changes something", async () => {
    const server = await serving(() => undefined);
    assert.deepEqual(await kinds(server.url, { timeoutMs: 100 }), { read: "unreachable", write: "unsure" });
    const before = server.seen.length;
    const error = await failure(write(client(server.url, { timeoutMs: 100, retryForMs: 5_000 })));
    assert.equal(error.kind, "unsure");
    assert.match(error.message, /may or may not have taken effect/);
    assert.equal(server.seen.length, before + 1);
    let count = 0;
    const slow = await serving((request, response) => {
      if (++count > 1) {
        answerOk(request, response);
      }
    });
    await read(client(slow.url, { timeoutMs: 100, retryForMs: 5_000 }));
    assert.equal(count, 2);
  });

  it("within the time for all of it is overdue, though bytes keep coming", async () => {
    const server = await serving((_request, response) => {
      response.writeHead(200, { "content-type": THRIFT });
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    const start = performance.now();
    assert.deepEqual(await kinds(server.url, { timeoutMs: 150 }), { read: "unreachable", write: "unsure" });
    assert.ok(performance.now() - start < 2_000);
  });

  it("because the connection was cut, before or in the middle of the answer, is unsure", async () => {
    const reply = recording("186-killTasks-ok").response.body.text!;
    const cuts: Parameters<typeof serve>[0][] = [
      (request) => request.socket.destroy(),
      (request) => request.socket.resetAndDestroy(),
      (request, response) => {
        response.writeHead(200, { "content-type": THRIFT, "content-length": reply.length });
        response.write(reply.slice(0, 40), () => request.socket.destroy());
      },
      // No length, and the connection closed in order: only Thrift can tell that something is missing.
      (_request, response) => {
        response.useChunkedEncodingByDefault = false;
        response.writeHead(200, { "content-type": THRIFT, connection: "close" });
        response.end(reply.slice(0, 40));
      },
      (_request, response) => {
        response.writeHead(200, { "content-type": THRIFT, "content-encoding": "gzip" });
        response.end(gzipSync(reply).subarray(0, 30));
      },
    ];
    for (const cut of cuts) {
      const server = await serving(cut);
      assert.deepEqual(await kinds(server.url), { read: "unreachable", write: "unsure" }, String(cut));
    }
  });

  it("because the connection was cut that an earlier call had left open is unsure, and not made again", async () => {
    const server = await serving((request, response, count) => {
      if (count === 1) answerOk(request, response);
      else request.socket.destroy();
    });
    const aurora = client(server.url, { retryForMs: 1_000 });
    await read(aurora);
    // Until then the connection is not free for another call.
    await sleep(20);
    assert.equal((await failure(aurora.addInstances(job, 0, 2))).kind, "unsure");
    assert.equal(server.seen.length, 2);
    assert.equal(server.seen[1]?.socket, server.seen[0]?.socket);
  });

  it("with anything but Thrift is unsure, or another server's", async () => {
    for (const [code, type] of [
      [200, "text/html"],
      [200, "application/json"],
      [500, "text/html"],
    ] as const) {
      const server = await serving((_request, response) =>
        response.writeHead(code, { "content-type": type }).end("<html></html>"),
      );
      assert.deepEqual(await kinds(server.url), { read: "protocol", write: "unsure" }, `${code} ${type}`);
    }
    for (const code of [502, 504]) {
      const server = await serving((_request, response) => response.writeHead(code).end());
      assert.deepEqual(await kinds(server.url), { read: "unreachable", write: "unsure" }, String(code));
    }
  });

  it("is unreachable, not unsure, when not a byte of it has left", async () => {
    // It takes the connection, and as a TLS server never says a word.
    const mute = createTcpServer((socket) => socket.resume());
    const port = await listenOnLoopback(mute);
    open.push({ close: () => new Promise((resolve) => void mute.close(() => resolve())) });
    const url = `https://127.0.0.1:${port}`;
    assert.deepEqual(await kinds(url, { timeoutMs: 200 }), { read: "unreachable", write: "unreachable" });
  });
});

describe("an answer that no scheduler gives", () => {
  it("names the address to set, where it points to one", async () => {
    const server = await serving((_request, response) =>
      response.writeHead(301, { location: "https://aurora.example/api" }).end(),
    );
    const error = await failure(write(client(server.url)));
    assert.equal(error.kind, "protocol");
    assert.match(error.message, /set scheduler\.url to/);
    assert.ok(error.message.includes("https://aurora.example"));
  });

  it("of HTTP 401 says what to set, and which of it is there already", async () => {
    const server = await serving((_request, response) => response.writeHead(401).end());
    const none = await failure(write(client(server.url)));
    assert.equal(none.kind, "unauthorized");
    assert.match(
      none.message,
      /asks for credentials.* set them by .*'heron:credentials\.devcluster\.username' <user> .*--secret --path 'heron:credentials\.devcluster\.password'/,
    );
    const wrong = await failure(write(client(server.url, { credentials: { username: "ada", password: "nope" } })));
    assert.match(wrong.message, /does not accept .* --secret --path 'heron:credentials\.devcluster\.password'/);
    assert.equal(server.seen.length, 2);
  });

  it("of HTTP 403, 404 or 415 is told as what it is, and not repeated", async () => {
    for (const [code, kind] of [
      [403, "forbidden"],
      [404, "protocol"],
      [415, "protocol"],
    ] as const) {
      const server = await serving((_request, response) => response.writeHead(code).end());
      const error = await failure(write(client(server.url, { retryForMs: 5_000 })));
      assert.deepEqual([error.kind, server.seen.length], [kind, 1]);
    }
  });
});
