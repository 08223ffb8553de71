import assert from "node:assert/strict";
import { directoryPlace, hdfsPlace, type PackagePlace, s3Place } from "../../../../components/artifacts/use/place";

const file = `heron-core-${"a".repeat(64)}.tar.gz`;
const key = `heron/core/${file}`;

/** Of some texts, those that fetch from a place, as a job's configuration has them. */
const fetching = (place: PackagePlace, ...texts: string[]) =>
  texts.filter((text) => place.test(JSON.stringify({ data: JSON.stringify({ cmdline: `fetch '${text}' x` }) })));

describe("the place of a package, in the text of a job that fetches it", () => {
  it("is each kind of URI of an object in S3", () => {
    const uris = [
      `s3://heron/${key}`,
      `https://heron.s3.eu-west-1.amazonaws.com/${key}`,
      `https://s3.eu-west-1.amazonaws.com/heron/${key}`,
      `http://127.0.0.1:7070/heron/${key}`,
    ];
    assert.deepEqual(fetching(s3Place("heron", key), ...uris), uris);
  });

  it("is no object of another bucket or prefix, whose name ends or begins the same", () => {
    const others = [
      `s3://heron-prod/${key}`,
      `s3://dev-heron/${key}`,
      `s3://heron/team/${key}`,
      `https://dev-heron.s3.eu-west-1.amazonaws.com/${key}`,
      `https://heron-prod.s3.eu-west-1.amazonaws.com/${key}`,
      `https://s3.eu-west-1.amazonaws.com/dev-heron/${key}`,
      `s3://heron/${key}`.replaceAll("a", "b"),
    ];
    assert.deepEqual(fetching(s3Place("heron", key), ...others), []);
    assert.deepEqual(fetching(s3Place("my.bucket", key), `s3://my-bucket/${key}`), []);
  });

  it("is a path in HDFS, on whichever namenode, and not the end of another", () => {
    const place = hdfsPlace(`/${key}`);
    const uris = [`hdfs://nn.example:8020/${key}`, `hdfs:///${key}`];
    assert.deepEqual(fetching(place, ...uris, `hdfs://nn.example:8020/team/${key}`, `hdfs:///dev-${key}`), uris);
  });

  it("is a path of a folder, as such or as a URI, and not the end of another", () => {
    const paths = [`/mnt/${key}`, `file:///mnt/${key}`];
    assert.deepEqual(
      fetching(directoryPlace(`/mnt/${key}`), ...paths, `/nfs/mnt/${key}`, `file:///nfs/mnt/${key}`),
      paths,
    );
  });

  it("is a path of a folder whichever way it is quoted, and not that of another folder with the same file", () => {
    const quoted = [
      `cp '/mnt/our packages/${file}' core.tar.gz`,
      `cp /mnt/our\\ packages/${file} core.tar.gz`,
      `file:///mnt/our%20packages/${file}`,
    ];
    const place = directoryPlace(`/mnt/our packages/${file}`);
    assert.deepEqual(fetching(place, ...quoted, `cp '/mnt/new packages/${file}' core.tar.gz`), quoted);
    const hostile = `cp '/mnt/Ada'\\\\''s größe/${file}' core.tar.gz`;
    assert.deepEqual(fetching(directoryPlace(`/mnt/Ada's größe/${file}`), hostile), [hostile]);
  });
});
