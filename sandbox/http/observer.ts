import type { Machine } from "../executor/machine";
import type { HttpReply } from "./reply";
import { empty, json } from "./reply";

/** As the Thermos observer's templates write HTML. */
const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/**
 * `/logdata/<task>/<process>/<run>/<stdout|stderr>` as Thermos' observer answers it on each agent; here it is the
 * scheduler's own address that does. Without an offset it tells the file's size as one; what is not there is `{}`.
 */
export async function logData(machine: Machine, parts: readonly string[], url: string): Promise<HttpReply> {
  const [taskId, process, run, stream, ...more] = parts;
  if (taskId === undefined || process === undefined || run === undefined || more.length > 0) return empty(404);
  if (stream !== "stdout" && stream !== "stderr") return json({});
  const text = await machine.output(taskId, process, stream);
  if (text === undefined) return json({});
  const bytes = Buffer.from(text);
  const query = new URL(url, "http://localhost").searchParams;
  const offset = Number(query.get("offset") ?? bytes.length);
  const length = Number(query.get("length") ?? bytes.length - offset);
  const data = bytes.subarray(offset, offset + length).toString("utf8");
  if (data === "") return json({ offset, length: 0 });
  return json({ offset, length: data.length, data: data.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign) });
}
