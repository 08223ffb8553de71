import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openAccount } from "../stand-ins/pulumi-resource-aws/account";
import { upload } from "../stand-ins/pulumi-resource-aws/resources/upload";
import { type Door, openDoor } from "../support/door";
import { buildTimeoutMs, type S3Server, startS3Server } from "../support/s3-server";

const Bucket = "packages";

/** A file as the engine hands it to a provider. */
const fileAsset = (path: string) => ({
  "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
  path,
});

describe("the stand-in for the AWS provider, over a connection that breaks", () => {
  let folder: string;
  let server: S3Server;
  let door: Door;
  /** Parts whose connection is to break once. */
  let breaking: Set<string>;

  before(async function () {
    this.timeout(buildTimeoutMs);
    folder = mkdtempSync(join(tmpdir(), "heron-upload-"));
    server = await startS3Server({ tls: false });
    await server.client().send(new CreateBucketCommand({ Bucket }));
    door = await openDoor(async (incoming, outgoing) => {
      const { method, url = "", headers } = incoming;
      const part = new URL(url, door.url).searchParams.get("partNumber") ?? "";
      if (breaking.delete(part)) throw new Error("broken");
      const going = request(`${server.endpoint}${url}`, { method, headers, agent: false });
      const answered = once(going, "response") as Promise<[IncomingMessage]>;
      await pipeline(incoming, going);
      const [answer] = await answered;
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      await pipeline(answer, outgoing);
    });
  });

  after(async () => {
    await door.close();
    await server.dispose();
    rmSync(folder, { recursive: true });
  });

  it("sends a part of a file again, as the real provider does", async () => {
    const content = randomBytes(11 * 1024 * 1024);
    const path = join(folder, "core.tar.gz");
    writeFileSync(path, content);
    const account = openAccount(
      {
        region: server.region,
        endpoints: [{ s3: door.url }],
        s3UsePathStyle: true,
        skipCredentialsValidation: true,
        skipRequestingAccountId: true,
        accessKey: server.root.accessKeyId,
        secretKey: server.root.secretAccessKey,
      },
      { AWS_STAND_IN_STATE: join(folder, "state.json") },
    );
    breaking = new Set(["1", "3"]);
    await upload(account, { bucket: Bucket, key: "core", source: fileAsset(path) });
    assert.equal(breaking.size, 0);
    const { Body } = await server.client().send(new GetObjectCommand({ Bucket, Key: "core" }));
    assert.ok(content.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0)));
  });
});
