import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Properties } from "./values";

/** Settings of a bucket that the S3 server does not implement, by the name of the call that reads them. */
export interface HeldBucket {
  readonly publicAccessBlock?: Properties;
  readonly encryption?: Properties;
  readonly lifecycle?: Properties;
  readonly logging?: Properties;
  /** The bucket policy as it was put, and what of it the server could be given. */
  readonly policy?: { readonly text: string; readonly sent: string | undefined };
}

/** What this stand-in holds of an AWS account, because the S3 server beside it cannot. */
export interface HeldState {
  readonly buckets: Readonly<Record<string, HeldBucket>>;
  /** Encryption settings by `bucket/key`. */
  readonly objects: Readonly<Record<string, Properties>>;
  readonly kmsKeys: Readonly<Record<string, Properties>>;
  readonly kmsAliases: Readonly<Record<string, Properties>>;
  /** Access keys of the S3 server's users, by the ARN of the role that they stand for. */
  readonly roles: Readonly<Record<string, string>>;
}

const nothing: HeldState = { buckets: {}, objects: {}, kmsKeys: {}, kmsAliases: {}, roles: {} };

/** The held state, a JSON file that tests may edit while no `pulumi` runs: that is drift. */
export class Held {
  constructor(private readonly file: string) {}

  get state(): HeldState {
    return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, "utf8")) as HeldState) : nothing;
  }

  /** Reads, changes and writes at once: nothing else of this process comes between. */
  change(edit: (state: HeldState) => HeldState): void {
    const part = `${this.file}.part`;
    writeFileSync(part, JSON.stringify(edit(this.state), null, 2));
    renameSync(part, this.file);
  }

  bucket(name: string): HeldBucket {
    return this.state.buckets[name] ?? {};
  }

  /** Sets one of a bucket's settings, or removes it. */
  setBucket<Key extends keyof HeldBucket>(name: string, key: Key, value: HeldBucket[Key] | undefined): void {
    this.change((state) => ({
      ...state,
      buckets: { ...state.buckets, [name]: { ...state.buckets[name], [key]: value } },
    }));
  }

  /** Sets or removes an entry of one of the tables. */
  setEntry(table: "buckets" | "objects" | "kmsKeys" | "kmsAliases", name: string, value: Properties | undefined): void {
    this.change((state) => ({ ...state, [table]: { ...state[table], [name]: value } }));
  }
}
