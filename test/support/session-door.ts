import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { type Door, openDoor } from "./door";
import type { S3Server } from "./s3-server";

/** Credentials as STS hands them out for a while. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
}

/**
 * A way to an S3 server for those who have a session, which the server itself knows nothing of: what comes with the session's
 * key and token is passed on under the server's own credentials, all else is refused as S3 does.
 */
export class SessionDoor {
  /** What was let through: method, path and query. */
  readonly calls: string[] = [];
  private session = newSession();

  private constructor(
    private readonly s3: S3Server,
    private readonly door: Door,
  ) {}

  /** @param s3 a server without TLS */
  static async open(s3: S3Server): Promise<SessionDoor> {
    const door = await openDoor((incoming, outgoing) => sessions.pass(incoming, outgoing));
    const sessions = new SessionDoor(s3, door);
    return sessions;
  }

  get url(): string {
    return this.door.url;
  }

  /** Begins another session, and ends the one before. */
  begin(): Session {
    this.session = newSession();
    return this.session;
  }

  close(): Promise<void> {
    return this.door.close();
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { authorization = "", "x-amz-security-token": token } = incoming.headers;
    const { accessKeyId } = this.session;
    if (token !== this.session.token || !authorization.includes(`Credential=${accessKeyId}/`)) {
      const text = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";
      outgoing.writeHead(400, { "content-type": "application/xml", connection: "close" }).end(text);
      return;
    }
    const { method = "", url = "" } = incoming;
    this.calls.push(`${method} ${url}`);
    const going = request(`${this.s3.endpoint}${url}`, { method, headers: await this.signed(incoming) });
    const answered = once(going, "response") as Promise<[IncomingMessage]>;
    await pipeline(incoming, going);
    const [answer] = await answered;
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, outgoing);
  }

  /** The request's headers, signed by the server's own credentials; the hash of the content is the sender's. */
  private async signed({ method = "", url = "", headers }: IncomingMessage): Promise<Record<string, string>> {
    const { hostname, port, host, protocol, pathname, searchParams } = new URL(url, this.s3.endpoint);
    const left = ["authorization", "x-amz-security-token", "x-amz-date", "expect", "connection", "host"];
    const kept = Object.entries(headers).filter(([name]) => !left.includes(name));
    const client = this.s3.client();
    const signer = await client.config.signer();
    const { headers: signed } = await signer.sign({
      ...{ method, protocol, hostname, port: Number(port), path: pathname },
      query: Object.fromEntries(searchParams),
      headers: { ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])), host },
    });
    client.destroy();
    return signed;
  }
}

function newSession(): Session {
  return {
    accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64url"),
    token: randomBytes(100).toString("base64url"),
  };
}
