import assert from "node:assert/strict";
import { bucketArn, httpUri, objectKey, s3Uri } from "../../../../components/artifacts/s3/address";

const place = { bucket: "packages", region: "eu-central-1" };
const file = { name: "heron-core", sha256: "0".repeat(64) };

describe("the address of a package in S3", () => {
  it("is its hash under the prefix, so the same package is at the same place for ever", () => {
    assert.equal(objectKey(place, "core", file), `heron/core/heron-core-${"0".repeat(64)}.tar.gz`);
    assert.equal(objectKey({ ...place, prefix: "a/b" }, "core", file), `a/b/core/heron-core-${"0".repeat(64)}.tar.gz`);
  });

  it("is an s3 URI for the AWS CLI", () => {
    assert.equal(s3Uri(place, "heron/x"), "s3://packages/heron/x");
  });

  it("is virtual-hosted by HTTPS, in every partition's domain", () => {
    assert.equal(httpUri(place, "k"), "https://packages.s3.eu-central-1.amazonaws.com/k");
    assert.equal(httpUri({ ...place, region: "cn-north-1" }, "k"), "https://packages.s3.cn-north-1.amazonaws.com.cn/k");
    assert.equal(
      httpUri({ ...place, region: "us-gov-west-1" }, "k"),
      "https://packages.s3.us-gov-west-1.amazonaws.com/k",
    );
  });

  it("is path-style for a name with dots, which no certificate covers, and on another server", () => {
    assert.equal(httpUri({ ...place, bucket: "a.b" }, "k"), "https://s3.eu-central-1.amazonaws.com/a.b/k");
    assert.equal(httpUri({ ...place, endpoint: "http://minio:9000/" }, "k"), "http://minio:9000/packages/k");
  });

  it("names the bucket's partition in its ARN", () => {
    assert.equal(bucketArn(place), "arn:aws:s3:::packages");
    assert.equal(bucketArn({ ...place, region: "cn-north-1" }), "arn:aws-cn:s3:::packages");
  });
});
