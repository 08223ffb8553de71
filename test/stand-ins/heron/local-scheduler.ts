import { create, toBinary } from "@bufbuild/protobuf";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SchedulerLocationSchema } from "../../../components/heron/proto/gen/scheduler_pb";
import { openLocalStore } from "../../../components/heron/state/local";

/** How long it lives if nobody kills it, and how long it takes to start, in ms. */
const lifeMs = 180_000;
const startMs = 500;

/** Plays LocalScheduler without containers: says where it answers, takes its three commands, and ends with `/kill`. */
const [stateRoot = "", topologyName = ""] = process.argv.slice(2);
const server = createServer(({ url, method }, answer) => {
  const known = method === "POST" && ["/kill", "/restart", "/update"].includes(url ?? "");
  answer.writeHead(known ? 200 : 404, { connection: "close" }).end(() => {
    if (known && url === "/kill") process.exit(0);
  });
});

async function register(): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const location = create(SchedulerLocationSchema, { topologyName, httpEndpoint: `127.0.0.1:${port}` });
  const store = await openLocalStore(stateRoot);
  await store.put(`schedulers/${topologyName}`, toBinary(SchedulerLocationSchema, location));
}

setTimeout(() => process.exit(1), lifeMs);
setTimeout(() => server.listen(0, "127.0.0.1", () => void register()), startMs);
