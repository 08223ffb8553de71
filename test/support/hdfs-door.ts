import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { type Door, openDoor } from "./door";

/** An answer in a namenode's place. */
export interface DoorAnswer {
  readonly status: number;
  readonly body: string;
}

/** What came to the door: method, operation, header and query. */
export interface DoorRequest {
  readonly method: string;
  readonly op: string;
  readonly header: string | undefined;
  readonly query: URLSearchParams;
}

const broken = "/broken";

/**
 * A way to a real namenode on which a test decides: another's answer instead (a standby's, one without a token), or a
 * connection to the datanode that breaks in the middle of an upload.
 */
export class HdfsDoor {
  readonly requests: DoorRequest[] = [];
  /** Answers in the namenode's place where it returns something. */
  guard: (request: DoorRequest) => DoorAnswer | undefined = () => undefined;
  /** How many of the next uploads lose their connection after the first piece. */
  breakUploads = 0;

  private constructor(
    private readonly target: string,
    private readonly door: Door,
  ) {}

  static async open(target: string): Promise<HdfsDoor> {
    const door = await openDoor((incoming, outgoing) => hdfs.pass(incoming, outgoing));
    const hdfs = new HdfsDoor(target, door);
    return hdfs;
  }

  get url(): string {
    return this.door.url;
  }

  /** Operations that came, in their order. */
  get operations(): string[] {
    return this.requests.map(({ op }) => op);
  }

  close(): Promise<void> {
    return this.door.close();
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", this.url);
    if (url.pathname === broken) {
      await breakOff(incoming, url.searchParams.get("to") ?? "");
      outgoing.destroy();
      return;
    }
    const asked = described(incoming, url);
    this.requests.push(asked);
    const instead = this.guard(asked);
    if (instead !== undefined) {
      outgoing.writeHead(instead.status, { "content-type": "application/json" }).end(instead.body);
      return;
    }
    const answer = await reply(new URL(incoming.url ?? "/", this.target), incoming.method ?? "GET");
    const headers = { ...answer.headers };
    if (asked.op === "CREATE" && this.breakUploads > 0 && headers.location !== undefined) {
      this.breakUploads--;
      headers.location = `${this.url}${broken}?to=${encodeURIComponent(headers.location)}`;
    }
    outgoing.writeHead(answer.statusCode ?? 500, headers);
    answer.pipe(outgoing);
  }
}

function described({ method = "", headers }: IncomingMessage, { searchParams }: URL): DoorRequest {
  const header = headers["x-hadoop-delegation-token"];
  return {
    method,
    op: searchParams.get("op") ?? "",
    header: typeof header === "string" ? header : undefined,
    query: searchParams,
  };
}

async function reply(url: URL, method: string): Promise<IncomingMessage> {
  const going = request(url, { method }).end();
  const [answer] = (await once(going, "response")) as [IncomingMessage];
  return answer;
}

/** Gives the datanode the first piece of an upload and goes away. */
async function breakOff(incoming: IncomingMessage, to: string): Promise<void> {
  const going = request(to, { method: "PUT", headers: { "content-type": "application/octet-stream" } });
  going.on("error", () => going.destroy());
  const [first] = (await once(incoming, "data")) as [Buffer];
  await new Promise((resolve) => going.write(first, resolve));
  going.destroy();
  incoming.destroy();
}
