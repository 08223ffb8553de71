import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import { UserError } from "../../../components/errors";
import { SessionLostError } from "../../../components/zookeeper/session-lost";
import { AuroraError } from "../../../components/aurora/errors";
import { leaderLocator, parseMember, readLeader, type ServiceSetReader } from "../../../components/aurora/leader";

const member = (change: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      serviceEndpoint: { host: "sched-1.example", port: 8081 },
      additionalEndpoints: {},
      status: "ALIVE",
      ...change,
    }),
  );

/** A service set held in memory, as the ZooKeeper session gives it. */
function serviceSet(
  nodes: Readonly<Record<string, Buffer | undefined>>,
  path = "/aurora/scheduler",
): ServiceSetReader & { closed: number } {
  return {
    closed: 0,
    children: (asked) => Promise.resolve(asked === path ? Object.keys(nodes) : undefined),
    get: (asked) => Promise.resolve(nodes[asked.slice(path.length + 1)]),
    close() {
      this.closed++;
      return Promise.resolve();
    },
  };
}

describe("parseMember", () => {
  it("prefers the https endpoint, then http, then the service's own", () => {
    const endpoint = (host: string) => ({ host, port: 1 });
    const url = (change: object) => parseMember(member(change))?.href;
    assert.equal(url({}), "http://sched-1.example:8081/");
    assert.equal(url({ additionalEndpoints: { http: endpoint("h") } }), "http://h:1/");
    assert.equal(url({ additionalEndpoints: { http: endpoint("h"), https: endpoint("s") } }), "https://s:1/");
    assert.equal(url({ serviceEndpoint: { host: "::1", port: 8081 } }), "http://[::1]:8081/");
  });

  it("takes one that is not alive, or of another format, for none", () => {
    for (const data of [
      member({ status: "DEAD" }),
      member({ status: undefined }),
      member({ serviceEndpoint: { host: "h" } }),
      member({ serviceEndpoint: { host: "user@other", port: 1 } }),
      member({ serviceEndpoint: { host: "h/x?", port: 1 } }),
      Buffer.from(""),
      Buffer.from("null"),
      Buffer.from("[]"),
      Buffer.from("{"),
    ]) {
      assert.equal(parseMember(data), undefined, data.toString());
    }
  });

  it("never throws, whatever a node holds", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (data) => void parseMember(Buffer.from(data))));
    fc.assert(
      fc.property(fc.string(), (endpoint) => {
        const data = JSON.stringify({
          status: "ALIVE",
          serviceEndpoint: endpoint,
          additionalEndpoints: { http: endpoint },
        });
        assert.equal(parseMember(Buffer.from(data)), undefined);
      }),
    );
  });
});

describe("readLeader", () => {
  it("takes the live member of the lowest sequence number, and nothing but members", async () => {
    const at = (host: string) => member({ serviceEndpoint: { host, port: 1 } });
    const set = serviceSet({
      member_0000000012: at("twelve"),
      "0-leader": at("no-member"),
      member_0000000003: member({ status: "DEAD" }),
      member_0000000007: at("seven"),
      member_0000000001: undefined,
    });
    assert.equal((await readLeader(set, "/aurora/scheduler"))?.hostname, "seven");
  });

  it("finds none in an empty set, and none where there is no set", async () => {
    assert.equal(await readLeader(serviceSet({}), "/aurora/scheduler"), undefined);
    assert.equal(await readLeader(serviceSet({}), "/elsewhere"), undefined);
  });
});

describe("leaderLocator", () => {
  it("looks in /aurora/scheduler by default, and closes the session each time", async () => {
    const set = serviceSet({ member_0000000000: member() });
    const asked: string[] = [];
    const locator = leaderLocator({ zookeeper: { servers: "zk1:2181,zk2:2181" } }, (servers) => {
      asked.push(servers);
      return Promise.resolve(set);
    });
    assert.equal((await locator.locate()).href, "http://sched-1.example:8081/");
    assert.equal((await locator.locate()).href, "http://sched-1.example:8081/");
    assert.deepEqual(asked, ["zk1:2181,zk2:2181", "zk1:2181,zk2:2181"]);
    assert.equal(set.closed, 2);
  });

  it("says where it looked when nobody leads, as a passing state, and closes the session", async () => {
    const set = serviceSet({}, "/prod/aurora");
    const locator = leaderLocator({ zookeeper: { servers: "zk1:2181", path: "/prod/aurora" } }, () =>
      Promise.resolve(set),
    );
    await assert.rejects(
      locator.locate(),
      (error) =>
        error instanceof AuroraError &&
        error.kind === "unavailable" &&
        error.transient &&
        error.message.includes("zk1:2181/prod/aurora"),
    );
    assert.equal(set.closed, 1);
  });

  it("takes a ZooKeeper that ends the session while it is asked for a scheduler that cannot be reached, in passing", async () => {
    const set = {
      ...serviceSet({}),
      children: () => Promise.reject(new SessionLostError("ZooKeeper: the connection broke")),
    };
    const locator = leaderLocator({ zookeeper: { servers: "zk1:2181" } }, () => Promise.resolve(set));
    await assert.rejects(
      locator.locate(),
      (error) => error instanceof AuroraError && error.kind === "unreachable" && error.transient,
    );
  });

  it("wants exactly one of url and zookeeper, and an http address without a password", () => {
    const refused = (scheduler: object, words: RegExp) =>
      assert.throws(
        () => leaderLocator(scheduler, undefined),
        (error) => error instanceof UserError && words.test(error.message) && !error.message.includes("hunter2"),
      );
    refused({}, /exactly one/);
    refused({ url: "http://a", zookeeper: { servers: "z" } }, /exactly one/);
    refused({ url: "aurora.example:8081" }, /'aurora\.example:8081' is not/);
    refused({ url: "ftp://aurora.example" }, /http or https/);
    refused({ url: "ftp://ada:hunter2@aurora.example" }, /the one given is not/);
    refused({ url: "ada:hunter2@aurora.example" }, /the one given is not/);
    refused({ url: "https://ada:hunter2@aurora.example" }, /must not hold a user or password/);
  });
});
