import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { ExponentialBackoff, handleType, retry } from "cockatiel";
import { Agent } from "undici";
import { type Asked, explainRefusal, NoAnswer, noAnswer, Refusal } from "./errors";
import { answeredBy, ask, put, type Reply } from "./send";

/** How one HDFS is reached. */
export interface HdfsConnection {
  readonly cluster: string;
  /** Base addresses, in the order in which they are tried. */
  readonly namenodes: readonly string[];
  readonly user?: string;
  /** A delegation token. Secret. */
  readonly token?: string;
}

/** One operation of the WebHDFS API. */
export interface Operation {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly op: string;
  /** Absolute path in HDFS. */
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** What is sent to where the namenode redirects; opened anew for each attempt. */
  readonly content?: { readonly size: number; readonly open: () => Readable };
}

const connectTimeoutMs = 10_000;
/** Between two pieces of an answer, and while a datanode puts away the last of what it was sent. */
const silenceTimeoutMs = 120_000;
const attempts = 4;

/** All namenodes have been asked and none could do it; a fail-over may be under way. */
class NoneActive extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(reasons.join("; "));
  }
}

/**
 * The namenodes of one HDFS as one: an operation goes to the one that answered last; a standby and one that cannot be
 * reached are passed over, and all of them are asked again after a pause, since a fail-over takes seconds.
 *
 * The delegation token goes by header, which HttpFS reads. A namenode's own WebHDFS reads it from the query alone and
 * answers 401 to the header: there it goes by query. No query is ever part of an error.
 */
export class Namenodes {
  private first = 0;
  private tokenInQuery = false;
  private readonly agent = new Agent({
    connect: { timeout: connectTimeoutMs },
    headersTimeout: silenceTimeoutMs,
    bodyTimeout: silenceTimeoutMs,
  });

  constructor(private readonly connection: HdfsConnection) {}

  /**
   * Carries an operation out, follows a redirect to a datanode, and has `use` read the answer's body.
   * @throws Refusal when HDFS says no to what was asked for
   * @throws UserError when no namenode answers
   */
  async ask<T>(operation: Operation, use: (body: Readable) => Promise<T>): Promise<T> {
    const policy = retry(handleType(NoneActive), {
      maxAttempts: attempts - 1,
      backoff: new ExponentialBackoff({ initialDelay: 500 }),
    });
    try {
      return await policy.execute(() => this.round(operation, use));
    } catch (error) {
      throw error instanceof NoneActive ? noAnswer(error.reasons) : error;
    }
  }

  /** What a refusal says to the user. */
  explain(refusal: Refusal, path: string): Error {
    const { cluster, user, token } = this.connection;
    const asked: Asked = { cluster, user, token, path };
    return explainRefusal(refusal, asked);
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async round<T>(operation: Operation, use: (body: Readable) => Promise<T>): Promise<T> {
    const { namenodes } = this.connection;
    const reasons: string[] = [];
    for (let index = 0; index < namenodes.length; index++) {
      const which = (this.first + index) % namenodes.length;
      try {
        const answer = await this.attempt(namenodes[which] ?? "", operation, use);
        this.first = which;
        return answer;
      } catch (error) {
        if (!(error instanceof NoAnswer || (error instanceof Refusal && error.passing))) {
          this.first = which;
          throw error;
        }
        reasons.push(error.message);
      }
    }
    throw new NoneActive(reasons);
  }

  private async attempt<T>(namenode: string, operation: Operation, use: (body: Readable) => Promise<T>): Promise<T> {
    const { token } = this.connection;
    const { host, origin } = new URL(namenode);
    let reply = await answeredBy(host, () => this.askOnce(namenode, operation));
    if (reply.status === 401 && token !== undefined && !this.tokenInQuery) {
      await text(reply.body);
      this.tokenInQuery = true;
      reply = await answeredBy(host, () => this.askOnce(namenode, operation));
    }
    const target = reply.status === 307 && reply.location !== undefined ? new URL(reply.location, namenode) : undefined;
    if (target === undefined) return await this.read(host, reply, use);
    await text(reply.body);
    const redirected = await answeredBy(target.host, () => this.follow(target, target.origin === origin, operation));
    return await this.read(target.host, redirected, use);
  }

  private askOnce(namenode: string, operation: Operation): Promise<Reply> {
    return ask(this.agent, operation.method, this.address(namenode, operation), this.headers());
  }

  /** To a datanode the namenode gives a token of its own along; only a server that redirects to itself gets ours. */
  private follow(target: URL, same: boolean, { method, content }: Operation): Promise<Reply> {
    const headers = same ? this.headers() : {};
    if (content === undefined) return ask(this.agent, method, target, headers);
    const described = { "content-type": "application/octet-stream", "content-length": String(content.size) };
    return put(target, { ...headers, ...described }, content.open(), silenceTimeoutMs);
  }

  private read<T>(host: string, reply: Reply, use: (body: Readable) => Promise<T>): Promise<T> {
    return answeredBy(host, async () => {
      if (reply.status < 200 || reply.status > 299) throw await this.refusal(host, reply);
      return await use(reply.body);
    });
  }

  private address(namenode: string, { op, path, parameters = {} }: Operation): URL {
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    const url = new URL(`${namenode.replace(/\/$/, "")}/webhdfs/v1${encoded}`);
    const { user, token } = this.connection;
    const query = {
      op,
      ...parameters,
      ...(user !== undefined && { "user.name": user }),
      ...(token !== undefined && this.tokenInQuery && { delegation: token }),
    };
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url;
  }

  private headers(): Readonly<Record<string, string>> {
    const { token } = this.connection;
    return token === undefined || this.tokenInQuery ? {} : { "X-Hadoop-Delegation-Token": token };
  }

  private async refusal(host: string, { status, body }: Reply): Promise<Refusal> {
    const { exception, message = "" } = remoteException(await text(body));
    const line = message.split("\n", 1)[0] ?? "";
    const { token } = this.connection;
    return new Refusal(host, status, exception, token === undefined ? line : line.replaceAll(token, "***"));
  }
}

/** Hadoop's `{"RemoteException": {"exception": …, "message": …}}`; nothing of any other answer. */
function remoteException(body: string): { readonly exception?: string; readonly message?: string } {
  try {
    const answer = JSON.parse(body) as { readonly RemoteException?: { exception?: string; message?: string } } | null;
    return answer?.RemoteException ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
