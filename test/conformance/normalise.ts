import { hostname } from "node:os";
import { gunzipSync } from "node:zlib";

/** A response as it came over the wire. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Headers whose values a client acts on. */
const comparedHeaders = ["content-type", "content-encoding", "location", "www-authenticate", "allow"] as const;

/**
 * A response as data that two schedulers can share: ids, times, hosts and ports replaced by words, sets and the lists
 * of tasks without order, error pages without their text.
 */
export function normalise({ status, headers, body }: RawResponse): unknown {
  const plain = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
  const page = headers["content-type"]?.startsWith("text/html") ?? false;
  return {
    status,
    headers: Object.fromEntries(comparedHeaders.map((name) => [name, headerText(name, headers[name])])),
    body: page ? "(a page)" : bodyData(plain),
  };
}

/** Whether an HTML page says its charset, and which, does not matter. */
function headerText(name: string, value = ""): string {
  return name === "content-type" && value.startsWith("text/html") ? "text/html" : value.replace(/:\d{4,5}\//, ":PORT/");
}

function bodyData(body: Buffer): unknown {
  const text = body.toString("utf8");
  if (text.startsWith("[1,")) return tjsonData(JSON.parse(text));
  if (text.startsWith("{")) return plainData(JSON.parse(text));
  return body.equals(Buffer.from(text, "utf8")) ? text : body.toString("base64");
}

type Typed = Readonly<Record<string, unknown>>;

/** TJSON: types are kept, and sets and task lists sorted. */
function tjsonData(message: unknown): unknown {
  const [version, name, type, seqid, value] = message as readonly unknown[];
  return [version, name, type, seqid, structData(value as Typed)];
}

function structData(fields: Typed): Record<string, unknown> {
  const data = Object.entries(fields).map(([id, typed]): [string, unknown] => {
    const [type = "", value] = Object.entries(typed as Typed)[0] ?? [];
    return [`${id} ${type}`, valueData(type, value)];
  });
  return Object.fromEntries(data.filter(([, value]) => value !== undefined));
}

function valueData(type: string, value: unknown): unknown {
  if (type === "rec") return structData(value as Typed);
  if (type === "str") return textData(value as string);
  if (type === "i64") return (value as number) > 1e12 ? "TIME" : value;
  if (type === "map") {
    const [key, each, size, entries] = value as readonly [string, string, number, Typed];
    const data = Object.entries(entries).map(([name, entry]) => [name, each === "i32" ? "PORT" : entry]);
    return { map: `${key} ${each}`, size, entries: Object.fromEntries(data) as unknown };
  }
  if (type !== "set" && type !== "lst") return value;
  const [element, size, ...elements] = value as readonly [string, number, ...unknown[]];
  const data = elements.map((each) => valueData(element, each));
  return { [type]: element, size, elements: type === "set" || isTaskList(data) ? sorted(data) : data };
}

/** Lists of tasks and of updates have no order in Aurora's store; those of events have. */
function isTaskList(elements: readonly unknown[]): boolean {
  const [first] = elements;
  return typeof first === "object" && first !== null && ("6 i32" in first || "5 rec" in first);
}

/** Plain JSON of `/apibeta`, by the fields' names. */
function plainData(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    const data = value.map((each) => plainData(each));
    return key === "taskEvents" ? data : sorted(data);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainData(each, name)]));
  }
  if (typeof value === "number" && value > 1e12) return "TIME";
  return typeof value === "string" ? textData(value) : value;
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** The schedulers' own hosts, which stand in task events. */
const schedulerHosts = ["vm", hostname()];

function textData(text: string): string {
  if (schedulerHosts.includes(text)) return "HOST";
  return text
    .replace(uuid, "UUID")
    .replace(/^slave-\d+(-hostname)?$/, "HOST")
    .replace(/penalized for \d+ ms/, "penalized for N ms")
    .replace(/^Cannot invoke .*/, "(a NullPointerException)")
    .replace(/resources:\[([^\]]*)\]/, (_, list: string) => `resources:[${sorted(list.split(", ")).join(", ")}]`);
}

function sorted<T>(values: readonly T[]): T[] {
  return [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
