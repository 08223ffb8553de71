import { readFileSync } from "node:fs";
import { TBufferedTransport, TJSONProtocol } from "thrift";
import { Processor } from "../../../components/aurora/thrift/gen/AuroraAdmin";
import { goldenPath } from "../../support/paths";

interface Body {
  readonly text?: string;
  readonly base64?: string;
}

/** One recorded HTTP exchange with the real scheduler (test/golden/README.md). */
export interface Exchange {
  readonly name: string;
  readonly note: string;
  readonly request: { readonly line: string; readonly headers: readonly string[]; readonly body: Body };
  readonly response: { readonly line: string; readonly headers: readonly string[]; readonly body: Body };
}

export function recordings(): Exchange[] {
  return readFileSync(goldenPath("aurora", "exchanges.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Exchange);
}

export function recording(name: string): Exchange {
  const found = recordings().find((exchange) => exchange.name === name);
  if (found === undefined) {
    throw new Error(`No recording ${name}.`);
  }
  return found;
}

/** A call to the path that Thrift clients speak to, as against other pages of the scheduler. */
export function isApi({ request }: Exchange): boolean {
  return /^POST \/api(\?\S*)? /.test(request.line);
}

export function bytes(body: Body): Buffer {
  return body.base64 === undefined ? Buffer.from(body.text ?? "", "utf8") : Buffer.from(body.base64, "base64");
}

export function status(exchange: Exchange): number {
  return Number(exchange.response.line.split(" ")[1]);
}

export function header(headers: readonly string[], name: string): string | undefined {
  const prefix = `${name.toLowerCase()}: `;
  return headers.find((line) => line.toLowerCase().startsWith(prefix))?.slice(prefix.length);
}

/** TJSON as data to compare: members of sets in one order, executor data parsed. */
export function tjson(body: Buffer | string): unknown {
  return settled(JSON.parse(body.toString()));
}

function settled(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(settled);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => {
      if (key === "set" && Array.isArray(member)) {
        const [type, size, ...members] = member.map(settled);
        return [key, [type, size, ...members.map((item) => JSON.stringify(item)).sort()]];
      }
      return [key, key === "str" ? parsedIfJson(member) : settled(member)];
    }),
  );
}

function parsedIfJson(text: unknown): unknown {
  return typeof text === "string" && text.startsWith("{") ? { json: JSON.parse(text) as unknown } : text;
}

/** Method and arguments of a call, as the server side that Thrift generates reads them. */
export function readCall(body: Buffer): { readonly method: string; readonly args: readonly unknown[] } {
  let call: { method: string; args: readonly unknown[] } | undefined;
  const handler = new Proxy(
    {},
    {
      get: (_target, method) => {
        const note = (...args: readonly unknown[]): void => {
          call = { method: String(method), args: args.slice(0, -1) };
        };
        // By a handler's length the generated code tells those that take a callback.
        return Object.defineProperty(note, "length", { value: 99 });
      },
    },
  );
  TBufferedTransport.receiver((input) => {
    new Processor(handler).process(new TJSONProtocol(input), new TJSONProtocol(new TBufferedTransport()));
  }, 0)(body);
  if (call === undefined) {
    throw new Error("The body holds no call that the IDL knows.");
  }
  return call;
}
