import type { HdfsStoreArgs } from "../../cluster-args";
import { list, object, required, text } from "./build";
import { hdfsAuthority, hdfsFolder, hdfsUser, schedulerUrl } from "./rules";

/** An `artifacts.hdfs` of a stack document. */
export const hdfsStore = object<HdfsStoreArgs>(
  "A folder in HDFS. A Kerberos cluster is given a delegation token, as `heron:credentials` → `hdfs` → `token`.",
  {
    namenodes: required(
      list(
        "Addresses of WebHDFS or HttpFS, in the order in which they are tried: a standby and one that does not answer are passed over.",
        text("Base address, without `/webhdfs/v1`.", schedulerUrl),
        { minItems: 1, example: ["http://nn1.example:9870", "http://nn2.example:9870"] },
      ),
    ),
    path: required(
      text("Absolute path in HDFS of the folder that all packages are under.", { ...hdfsFolder, example: "/heron" }),
    ),
    authority: text(
      "Nameservice, or host and port, of the `hdfs://` URIs that agents fetch. Left out, it is the agents' own default file system.",
      { ...hdfsAuthority, example: "nameservice1" },
    ),
    user: text("User of simple authentication. Left out, it is the one that the server assumes.", {
      ...hdfsUser,
      example: "heron",
    }),
  },
);
