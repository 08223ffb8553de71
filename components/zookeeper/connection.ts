import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import {
  ExponentialBackoff,
  TaskCancelledError,
  TimeoutStrategy,
  handleWhen,
  noop,
  retry,
  timeout,
  wrap,
} from "cockatiel";
import { type Client, type Exception, State } from "node-zookeeper-client";
import { UserError } from "../errors";
import { makeClient } from "./client";
import { diagnose } from "./diagnose";
import { lost, schemeRefused, translateError } from "./errors";
import { SessionLostError } from "./session-lost";
import { Gate } from "./gate";
import { type Servers, formatHosts } from "./servers";

/** Credentials of a session: ZooKeeper's scheme, and what it authenticates by (`digest`: `user:password`). */
export interface Auth {
  readonly scheme: string;
  readonly auth: string;
}

/** How the client answers a call. */
export type Done<T> = (error: Error | Exception | null, result: T) => void;

const closeTimeoutMs = 2_000;

/**
 * One client and its session. The client reconnects by itself, and a session that expired is followed by a new one: of what we
 * write only a lock ends with its session, and whoever holds one looks whether it still does. Calls wait for that at most `timeoutMs`, and nothing is handed to the client
 * while it is not connected: it would send that later, when we have long reported a failure, and before it has
 * authenticated anew.
 */
export class Connection {
  readonly hosts: string;
  private client: Client;
  /** Open while there is nothing to wait for: connected, or never again. */
  private ready = new Gate();
  /** Why there will be no connection any more. */
  private ended: string | undefined;

  constructor(
    private readonly servers: Servers,
    private readonly timeoutMs: number,
    private readonly auth?: Auth,
  ) {
    this.hosts = formatHosts(servers);
    this.client = this.newClient();
  }

  /** @throws UserError that says of each host why it gave no session */
  async open(): Promise<void> {
    this.client.connect();
    try {
      await timeout(this.timeoutMs, TimeoutStrategy.Aggressive).execute(() => this.ready.passed);
    } catch (error) {
      await this.close();
      if (!(error instanceof TaskCancelledError)) throw error;
      throw new UserError(
        `ZooKeeper gave no session within ${this.timeoutMs / 1000} s: ${await diagnose(this.servers.hosts)}. Check the ` +
          `host list '${this.hosts}', that the servers run and have a quorum, and that this machine may reach them.`,
        { cause: error },
      );
    }
    if (this.ended !== undefined) throw lost("open a session", this.hosts, this.ended);
  }

  /**
   * Runs one call. `repeatable` says that doing it twice is doing it once: only then is it tried again when the
   * connection breaks, since it may have landed.
   *
   * @param what the call in words, for errors: `write /heron/topologies/wc`
   * @throws SessionLostError when it does not get through within the timeout; other errors as {@link translateError}
   */
  async call<T>(what: string, repeatable: boolean, start: (client: Client, done: Done<T>) => void): Promise<T> {
    const again = repeatable ? this.retries() : noop;
    const policy = wrap(timeout(this.timeoutMs, TimeoutStrategy.Aggressive), again);
    try {
      return await policy.execute(({ signal }) => this.attempt(what, signal, start));
    } catch (error) {
      if (!(error instanceof TaskCancelledError)) throw error;
      throw lost(what, this.hosts, `no answer within ${this.timeoutMs / 1000} s`);
    }
  }

  /** Ends the session; calls fail from now on. */
  async close(): Promise<void> {
    if (this.ended !== undefined) return;
    this.end("the session was closed");
    const gone = this.client.getState() === State.SYNC_CONNECTED ? once(this.client, "disconnected") : undefined;
    this.client.close();
    // A server that does not acknowledge forgets the session by itself when it expires.
    await Promise.race([gone, setTimeout(closeTimeoutMs, undefined, { ref: false })]);
  }

  private newClient(): Client {
    const client = makeClient(this.hosts, this.timeoutMs);
    if (this.auth !== undefined) client.addAuthInfo(this.auth.scheme, Buffer.from(this.auth.auth));
    client.on("connected", () => this.ready.open());
    client.on("disconnected", () => {
      if (this.ended === undefined && client === this.client) this.ready = new Gate();
    });
    client.on("expired", () => this.renew());
    client.on("authenticationFailed", () => this.end(schemeRefused));
    return client;
  }

  /** A server tells of an expired session when the client reconnects, so calls are waiting already. */
  private renew(): void {
    if (this.ended !== undefined) return;
    this.client = this.newClient();
    this.client.connect();
  }

  private retries() {
    return retry(
      handleWhen((error) => error instanceof SessionLostError && this.ended === undefined),
      { maxAttempts: 10, backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 1_000 }) },
    );
  }

  private async attempt<T>(
    what: string,
    signal: AbortSignal,
    start: (client: Client, done: Done<T>) => void,
  ): Promise<T> {
    await this.ready.passed;
    signal.throwIfAborted();
    if (this.ended !== undefined) throw lost(what, this.hosts, this.ended);
    return new Promise<T>((resolve, reject) => {
      start(this.client, (error, result) => {
        if (error) reject(translateError(error, what, this.hosts));
        else resolve(result);
      });
    });
  }

  private end(why: string): void {
    this.ended = why;
    this.ready.open();
  }
}
