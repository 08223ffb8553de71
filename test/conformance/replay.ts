import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Sandbox } from "../../sandbox";
import { ManualClock, startSandbox } from "../../sandbox";
import type { ScheduledTask } from "../../sandbox/scheduler/model";
import { ScheduleStatus } from "../../sandbox/scheduler/model";
import type { Exchange } from "./exchanges";
import { bytesOf, exchanges, headersOf, numberOf } from "./exchanges";
import type { Group, Session } from "./groups";
import { anyOneTask, leftOut } from "./groups";
import type { RawResponse } from "./normalise";
import { normalise } from "./normalise";

/** An exchange's recorded answer and the sandbox's, both normalised. */
export interface Comparison {
  readonly name: string;
  readonly recorded: unknown;
  readonly answered: unknown;
}

const usersOfTheRecording = `[users]
root = secret, admin
wfarner = password, eng
ksweeney = 12345, none
[roles]
admin = *
eng = thrift.AuroraSchedulerManager:*
`;

/** The simulated cluster of the recording: 20 hosts, a second from state to state, half a second to be killed. */
const simulation = {
  delays: { assigned: 1000, starting: 1000, killing: 500 },
  pace: { pauseMs: 1, batch: 1 },
  endOf: ({ assignedTask }: ScheduledTask) => {
    const { name } = assignedTask.task.job;
    if (name.startsWith("FinishFast")) return { afterMs: 1000, status: ScheduleStatus.FINISHED };
    if (name.startsWith("FailFast")) return { afterMs: 1000, status: ScheduleStatus.FAILED };
    return undefined;
  },
};
const hosts = Array.from({ length: 20 }, (_, i) => ({
  slaveId: `slave-${i + 1}`,
  hostname: `slave-${i + 1}-hostname`,
  attributes: { rack: [`rack-${i % 4}`] },
  cpus: 24,
  ramMb: 131_072,
  diskMb: 1_867_776,
}));

/** The exchanges of a group that are replayed. */
export function exchangesOf({ from, to }: Pick<Group, "from" | "to">): Exchange[] {
  const out = new Set(leftOut.map(({ name }) => name));
  return exchanges.filter((each) => numberOf(each) >= from && numberOf(each) <= to && !out.has(each.name));
}

/** Replays a group's session up to the group's end, against a scheduler of its own. */
export async function replay({ session, from, to }: Group): Promise<Comparison[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "sandbox-conformance-"));
  const clock = new ManualClock();
  const sandbox = await start(session, dataDir, clock);
  try {
    const comparisons: Comparison[] = [];
    const ids = new Map<string, string>();
    for (const exchange of exchangesOf({ from: session.from, to })) {
      clock.advance(session.pauses[numberOf(exchange)] ?? 0);
      const answer = await send(sandbox, exchange, ids);
      learnUpdateIds(ids, exchange, answer);
      if (numberOf(exchange) >= from) comparisons.push(compare(exchange, answer));
    }
    return comparisons;
  } finally {
    await sandbox.stop();
    rmSync(dataDir, { recursive: true });
  }
}

function start({ options, users }: Session, dataDir: string, clock: ManualClock): Promise<Sandbox> {
  const usersFile = join(dataDir, "users.ini");
  writeFileSync(usersFile, usersOfTheRecording);
  return startSandbox({ dataDir, clock, hosts, simulate: simulation, ...(users && { usersFile }), ...options });
}

function compare(exchange: Exchange, answered: RawResponse): Comparison {
  const recorded: RawResponse = {
    status: Number(exchange.response.line.split(" ")[1]),
    headers: headersOf(exchange.response.headers),
    body: bytesOf(exchange.response.body),
  };
  const [expected, actual] = [normalise(recorded), normalise(answered)];
  if (exchange.name !== anyOneTask) return { name: exchange.name, recorded: expected, answered: actual };
  return { name: exchange.name, recorded: withoutInstance(expected), answered: withoutInstance(actual) };
}

/** The same without the number of the instance that a task is of. */
function withoutInstance(data: unknown): unknown {
  const text = JSON.stringify(data)
    .replace(/-\d+-UUID/g, "-N-UUID")
    .replace(/"6 i32":[1-9]/g, '"6 i32":0');
  return JSON.parse(text) as unknown;
}

async function send(
  { port }: Sandbox,
  { request: sent }: Exchange,
  ids: ReadonlyMap<string, string>,
): Promise<RawResponse> {
  const [method = "", path = ""] = sent.line.split(" ");
  const body = "text" in sent.body ? Buffer.from(replaceIds(sent.body.text ?? "", ids)) : bytesOf(sent.body);
  const headers = { ...headersOf(sent.headers), "content-length": String(body.length) };
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      buffer(response).then((bytes) => {
        const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(received), body: bytes });
      }, reject);
    });
    call.on("error", reject);
    call.end(method === "GET" || method === "HEAD" ? undefined : body);
  });
}

/** Updates get their ids from the scheduler: later requests must name this one's. */
function learnUpdateIds(ids: Map<string, string>, { request: sent, response }: Exchange, answer: RawResponse): void {
  if (!sent.body.text?.startsWith('[1,"startJobUpdate"')) return;
  const [recorded] = idsIn(response.body.text ?? "");
  const [actual] = idsIn(answer.body.toString("utf8"));
  if (recorded !== undefined && actual !== undefined) ids.set(recorded, actual);
}

function idsIn(text: string): string[] {
  return text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [];
}

function replaceIds(text: string, ids: ReadonlyMap<string, string>): string {
  return [...ids].reduce((replaced, [recorded, actual]) => replaced.replaceAll(recorded, actual), text);
}
