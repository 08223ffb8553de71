import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "mocha";
import { connectAurora, type AuroraClient } from "../../../components/aurora/client";
import { AuroraError } from "../../../components/aurora/errors";
import { offersFromJson } from "../../../components/aurora/offers";
import { goldenPath } from "../../support/paths";
import { serve, type TestServer } from "./servers";

const scalar = (name: string, value: number, more: object = {}) => ({
  name,
  type: "SCALAR",
  scalar: { value },
  ...more,
});

/** As Aurora's own test of the page has it, shortened. */
const offer = {
  id: { value: "offer_id" },
  framework_id: { value: "framework_id" },
  agent_id: { value: "slave_id" },
  hostname: "host_name",
  resources: [
    scalar("cpus", 1, { reservation: { labels: { labels: [{ key: "key", value: "value" }] } } }),
    scalar("mem", 128, { reservation: {} }),
    scalar("disk", 128, { disk: { persistence: { id: "volume" } } }),
    scalar("gpus", 4),
    { name: "ports", type: "RANGES", ranges: { range: [{ begin: 31000, end: 32000 }] } },
  ],
};

describe("the offers that the scheduler holds", () => {
  const open: { close(): Promise<void> }[] = [];

  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  const serving = async (...args: Parameters<typeof serve>): Promise<TestServer> => {
    const server = await serve(...args);
    open.push(server);
    return server;
  };
  const client = (url: string): AuroraClient => {
    const credentials = { username: "deployer", password: "s3cret" };
    const aurora = connectAurora({ cluster: "devcluster", scheduler: { url }, credentials, retryForMs: 0 });
    open.push(aurora);
    return aurora;
  };

  it("are read as what each host has free", () => {
    assert.deepEqual(offersFromJson(JSON.stringify([offer])), [
      { hostname: "host_name", free: { numCpus: 1, ramMb: 128, diskMb: 128, numGpus: 4 }, dedicated: [] },
    ]);
    assert.deepEqual(offersFromJson("[]"), []);
  });

  it("count what several roles offer of a host together, and nothing that may be revoked", () => {
    const resources = [scalar("cpus", 1), scalar("cpus", 2, { role: "heron" }), scalar("cpus", 8, { revocable: {} })];
    assert.deepEqual(offersFromJson(JSON.stringify([{ hostname: "a", resources }])), [
      { hostname: "a", free: { numCpus: 3, ramMb: 0, diskMb: 0, numGpus: 0 }, dedicated: [] },
    ]);
  });

  it("are those of the recorded page: what tasks and their executors leave, and which hosts are dedicated", () => {
    const lines = readFileSync(goldenPath("aurora", "exchanges.jsonl"), "utf8").split("\n");
    const line = lines.find((each) => each.includes('"name": "138-get_offers"')) ?? assert.fail("it is recorded");
    const { response } = JSON.parse(line) as { response: { body: { text: string } } };
    const offers = offersFromJson(response.body.text);
    const of = (name: string) => offers.find(({ hostname }) => hostname === `${name}-hostname`);
    assert.deepEqual(of("slave-d1")?.dedicated, ["database"]);
    assert.deepEqual(of("slave-4")?.dedicated, []);
    // A task of 0.5 cores and 512 MiB.
    const [all, left] = [of("slave-4")?.free, of("slave-6")?.free];
    assert.deepEqual([(all?.numCpus ?? 0) - (left?.numCpus ?? 0), (all?.ramMb ?? 0) - (left?.ramMb ?? 0)], [0.75, 640]);
  });

  it("are asked of the leader, to which a follower sends on, calls after them too", async () => {
    const leader = await serving((_, response) => response.end(JSON.stringify([offer])));
    const follower = await serving(({ url }, response) => {
      response.writeHead(307, { location: `${leader.url}${url}` }).end();
    });
    const aurora = client(follower.url);
    assert.equal((await aurora.offers()).length, 1);
    await aurora.offers();
    await aurora
      .tasks({ cluster: "devcluster", role: "heron", environment: "devel", name: "A" })
      .catch(() => undefined);
    const asked = ({ seen }: TestServer) => seen.map(({ method, url }) => `${method} ${url}`);
    assert.deepEqual(asked(follower), ["GET /offers"]);
    assert.deepEqual(asked(leader), ["GET /offers", "GET /offers", "POST /api"]);
    const headers = leader.seen[0]?.headers;
    assert.equal(headers?.accept, "application/json");
    assert.equal(headers.authorization, `Basic ${Buffer.from("deployer:s3cret").toString("base64")}`);
  });

  it("are found beside an API that lies behind a proxy's path", async () => {
    const server = await serving((_, response) => response.end("[]"));
    await client(`${server.url}/aurora/`).offers();
    assert.equal(server.seen[0]?.url, "/aurora/offers");
  });

  it("are missed by the page's own address, and with what asks for them, of a scheduler that has no such page", async () => {
    const server = await serving((_, response) => response.writeHead(404).end());
    await assert.rejects(client(server.url).offers(), (error) => {
      assert.ok(error instanceof AuroraError);
      assert.ok(error.message.includes(`${server.url}/offers is not there (HTTP 404)`), error.message);
      assert.match(error.message, /Aurora 0\.21 and later have it.*'requireOffers'/);
      return error.kind === "protocol";
    });
  });

  for (const [what, text] of [
    ["no JSON", "<html>"],
    ["no list", '{"offers": []}'],
    ["offers of another shape", '[{"hostname": "a", "resources": {"cpus": 1}}]'],
  ] as const) {
    it(`are refused with what is wrong when the page has ${what}`, async () => {
      const server = await serving((_, response) => response.end(text));
      await assert.rejects(client(server.url).offers(), (error) => {
        assert.ok(error instanceof AuroraError);
        assert.match(
          error.message,
          /page \/offers: .*does not answer as an Aurora scheduler does: the page \/offers is no/,
        );
        return error.kind === "protocol";
      });
    });
  }
});
