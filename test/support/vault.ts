import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { listenOnLoopback } from "./loopback";

/** A stand-in for Vault's transit engine with one key: what it encrypts only it can decrypt, and only for its token. */
export class Vault {
  private readonly plaintexts: string[] = [];
  private readonly server = createServer((request, response) => {
    void this.answer(request).then((data) => {
      response.writeHead(data === undefined ? 403 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(data === undefined ? { errors: ["permission denied"] } : { data }));
    });
  });
  private port = 0;

  private constructor(private readonly key: string) {}

  static async start(key: string): Promise<Vault> {
    const vault = new Vault(key);
    vault.port = await listenOnLoopback(vault.server);
    vault.server.unref();
    return vault;
  }

  /** Its address for `--secrets-provider`. */
  get provider(): string {
    return `hashivault://${this.key}`;
  }

  /** What it asks of everybody. */
  readonly token = "t0ken-of-the-vault";

  /** What `pulumi` needs in its environment to ask it. */
  get env(): NodeJS.ProcessEnv {
    const address = `http://127.0.0.1:${this.port}`;
    return { VAULT_ADDR: address, VAULT_SERVER_URL: address, VAULT_TOKEN: this.token, VAULT_SERVER_TOKEN: this.token };
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }

  private async answer(request: IncomingMessage): Promise<object | undefined> {
    const { plaintext, ciphertext } = (await json(request)) as {
      readonly plaintext?: string;
      readonly ciphertext?: string;
    };
    if (request.headers["x-vault-token"] !== this.token) return undefined;
    if (request.url === `/v1/transit/encrypt/${this.key}` && plaintext !== undefined) {
      return { ciphertext: `vault:v1:${this.plaintexts.push(plaintext) - 1}` };
    }
    const known = this.plaintexts[Number(ciphertext?.split(":")[2])];
    return request.url === `/v1/transit/decrypt/${this.key}` && known !== undefined ? { plaintext: known } : undefined;
  }
}

let shared: Promise<Vault> | undefined;

/**
 * The one that keeps the key of most tests' stacks, as long as this process lives: a passphrase is made a key by a million
 * rounds of a hash in every command, a quarter of what a small deployment takes.
 */
export function sharedVault(): Promise<Vault> {
  shared ??= Vault.start("tests");
  return shared;
}
