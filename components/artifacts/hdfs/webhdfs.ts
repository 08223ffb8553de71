import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { json, text } from "node:stream/consumers";
import { Refusal } from "./errors";
import { type HdfsConnection, Namenodes, type Operation } from "./namenodes";

/** A file or folder of HDFS. */
export interface HdfsStatus {
  /** Name inside its folder; empty for what was asked for itself. */
  readonly pathSuffix: string;
  readonly type: "FILE" | "DIRECTORY" | "SYMLINK";
  /** Bytes; 0 of a folder. */
  readonly length: number;
}

/** The few operations of a file system that packages need. Paths are absolute. Every one may be repeated. */
export class WebHdfs {
  private readonly namenodes: Namenodes;

  constructor(connection: HdfsConnection) {
    this.namenodes = new Namenodes(connection);
  }

  /** Undefined when there is nothing. */
  async status(path: string): Promise<HdfsStatus | undefined> {
    const answer = await this.found(get("GETFILESTATUS", path), asJson<{ FileStatus: HdfsStatus }>);
    return answer?.FileStatus;
  }

  /** What is in a folder; nothing when it is not there. */
  async list(path: string): Promise<readonly HdfsStatus[]> {
    const answer = await this.found(get("LISTSTATUS", path), asJson<{ FileStatuses: { FileStatus: HdfsStatus[] } }>);
    return answer?.FileStatuses.FileStatus ?? [];
  }

  /** Makes a folder and those above it; one that is there is left alone. */
  async mkdirs(path: string): Promise<void> {
    await this.ask(put("MKDIRS", path), text);
  }

  /** Whether nothing is there any more: a folder that is not empty stays unless `recursive`. */
  async remove(path: string, recursive = false): Promise<boolean> {
    const operation: Operation = { method: "DELETE", op: "DELETE", path, parameters: { recursive: String(recursive) } };
    const kept = (error: unknown) => error instanceof Refusal && error.detail.includes("is non empty");
    return (await this.unless(kept, operation, json)) !== undefined;
  }

  /** Moves within the file system, at once; whether it did is to be seen by looking. */
  async rename(from: string, to: string): Promise<void> {
    await this.ask(put("RENAME", from, { destination: to }), text);
  }

  /** Writes the local file `source` of `size` bytes to `path`, over what is there. */
  async write(path: string, source: string, size: number): Promise<void> {
    const content = { size, open: () => createReadStream(source) };
    const operation = { ...put("CREATE", path, { overwrite: "true", permission: "644" }), content };
    await this.ask(operation, text);
  }

  /** sha256 of a file as HDFS hands it out, lower-case hex; undefined when there is none. */
  async sha256(path: string): Promise<string | undefined> {
    return this.found(get("OPEN", path), async (body) => {
      const hash = createHash("sha256");
      for await (const chunk of body) hash.update(chunk as Buffer);
      return hash.digest("hex");
    });
  }

  close(): Promise<void> {
    return this.namenodes.close();
  }

  private found<T>(operation: Operation, use: (body: Readable) => Promise<T>): Promise<T | undefined> {
    const missing = (error: unknown) => error instanceof Refusal && error.exception === "FileNotFoundException";
    return this.unless(missing, operation, use);
  }

  /** What `use` makes of the answer; undefined where HDFS refuses in the way that `expected` tells. */
  private async unless<T>(
    expected: (error: unknown) => boolean,
    operation: Operation,
    use: (body: Readable) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.namenodes.ask(operation, use);
    } catch (error) {
      if (expected(error)) return undefined;
      throw error instanceof Refusal ? this.namenodes.explain(error, operation.path) : error;
    }
  }

  private async ask<T>(operation: Operation, use: (body: Readable) => Promise<T>): Promise<T> {
    try {
      return await this.namenodes.ask(operation, use);
    } catch (error) {
      throw error instanceof Refusal ? this.namenodes.explain(error, operation.path) : error;
    }
  }
}

async function asJson<T>(body: Readable): Promise<T> {
  return (await json(body)) as T;
}

function get(op: string, path: string): Operation {
  return { method: "GET", op, path };
}

function put(op: string, path: string, parameters: Readonly<Record<string, string>> = {}): Operation {
  return { method: "PUT", op, path, parameters };
}
