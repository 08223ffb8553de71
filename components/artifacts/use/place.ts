/** What the text of a job says if, and only if, the job fetches a package from its place. */
export type PackagePlace = RegExp;

/** Of an object in S3, by each kind of URI that agents are given; the whole of it, since other names may end as a bucket's does. */
export function s3Place(bucket: string, key: string): PackagePlace {
  const [name, path] = [literal(bucket), literal(key)];
  return new RegExp(`s3://${name}/${path}|//${name}\\.${host}/${path}|//${host}/${name}/${path}`);
}

/** Of a file in HDFS, by its absolute path, on whichever namenode. */
export function hdfsPlace(path: string): PackagePlace {
  return new RegExp(`//(?:${host})?${literal(path)}`);
}

/** Of a file in a folder, by its absolute path, whichever way a shell or a URI quotes what is to be quoted in it. */
export function directoryPlace(path: string): PackagePlace {
  const steps = path.split(/[^\w@+=:,./-]+/).map(literal);
  return new RegExp(`(?<![\\w./-])(?:file://)?${steps.join("[^/]+")}`);
}

const host = "[^/\\s\"'\\\\]+";

function literal(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
