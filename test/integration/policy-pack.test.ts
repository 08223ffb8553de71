import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeStackRequest,
  type AnalyzeResponse,
  AnalyzerResource,
  AnalyzerResourceOptions,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { rules } from "../../policies/rules";
import { repoRoot } from "../support/paths";

type Resources = readonly { readonly type: string; readonly props: Readonly<Record<string, unknown>> }[];

const bucket = { type: "aws:s3/bucket:Bucket", props: { bucket: "packages" } };
const blocked = {
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  props: {
    bucket: "packages",
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
};

describe("the policy pack, served by Pulumi's own host as the engine starts it", () => {
  let pack: ChildProcess;
  let analyzer: AnalyzerClient;

  before(async () => {
    const host = join(repoRoot, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
    // The engine is only told of errors; the pack says its port first.
    pack = spawn(process.execPath, [host, "127.0.0.1:1", join(repoRoot, "policies")], {
      cwd: repoRoot,
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(pack.stdout);
    const [port] = (await once(createInterface(pack.stdout), "line")) as [string];
    analyzer = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  after(() => {
    analyzer.close();
    pack.kill();
  });

  it("has every rule", async () => {
    const names = await new Promise<string[]>((resolve, reject) => {
      analyzer.getAnalyzerInfo(new Empty(), (error, info) => {
        if (error) reject(error);
        else resolve(info.getPoliciesList().map((policy) => policy.getName()));
      });
    });
    assert.deepEqual(names.sort(), rules.map(({ name }) => name).sort());
  });

  it("finds what a stack breaks, and nothing of that once it is mended", async () => {
    assert.ok((await broken([bucket])).includes("s3-block-public-access"));
    assert.ok(!(await broken([bucket, blocked])).includes("s3-block-public-access"));
    assert.deepEqual(await broken([]), []);
  });

  /** Names of the rules that such a stack breaks. */
  async function broken(resources: Resources): Promise<string[]> {
    const request = new AnalyzeStackRequest();
    request.setResourcesList(
      resources.map(({ type, props }, index) => {
        const resource = new AnalyzerResource();
        resource.setType(type);
        resource.setOptions(new AnalyzerResourceOptions());
        resource.setName(`resource${index}`);
        resource.setUrn(`urn:pulumi:test::user::${type}::resource${index}`);
        resource.setProperties(Struct.fromJavaScript(props as Parameters<typeof Struct.fromJavaScript>[0]));
        return resource;
      }),
    );
    const response = await new Promise<AnalyzeResponse>((resolve, reject) => {
      analyzer.analyzeStack(request, (error, answer) => {
        if (error) reject(error);
        else resolve(answer);
      });
    });
    return response.getDiagnosticsList().map((diagnostic) => diagnostic.getPolicyname());
  }
});
