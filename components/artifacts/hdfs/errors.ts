import { changedCredentials, UserError } from "../../errors";

/** No answer from one server: it cannot be reached, or the connection broke. Asking again may help. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";

  constructor(
    /** `host:port` */
    readonly host: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${host}: ${reason}`, options);
  }
}

/** A server's refusal: the HTTP status, and Hadoop's exception where it names one. Its message holds no token. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly host: string,
    readonly status: number,
    /** Simple name of Hadoop's exception, `AccessControlException`; undefined when the answer is not Hadoop's. */
    readonly exception: string | undefined,
    /** First line of what it says. */
    readonly detail: string,
  ) {
    super(`${host}: ${exception ?? `HTTP ${status}`}: ${detail}`);
  }

  /** Whether another namenode, or the same one a little later, may answer: a standby, or one that has just started. */
  get passing(): boolean {
    const passing = ["StandbyException", "RetriableException", "SafeModeException", "ObserverRetryOnActiveException"];
    return passing.includes(this.exception ?? "") || [502, 503, 504].includes(this.status);
  }
}

/** Of what a {@link UserError} about HDFS speaks. */
export interface Asked {
  readonly cluster: string;
  readonly user: string | undefined;
  readonly token: string | undefined;
  /** Absolute path in HDFS. */
  readonly path: string;
}

/** A refusal in the user's terms. */
export function explainRefusal(refusal: Refusal, { cluster, user, token, path }: Asked): UserError {
  const { status, exception, detail } = refusal;
  const key = `heron:credentials.${cluster}.hdfs.token`;
  const said = `HDFS at ${refusal.host} refuses ${path}`;
  if (wantsToken(refusal)) {
    const advice =
      token === undefined
        ? `it wants authentication. Set ${key} to a delegation token (hdfs fetchdt), as a secret of the stack's configuration. ${changedCredentials}`
        : `it does not take the delegation token in ${key}: it has expired, or is another cluster's. Fetch a new one (hdfs fetchdt). ${changedCredentials}`;
    return new UserError(`${said}: ${advice}`);
  }
  if (exception?.endsWith("QuotaExceededException") === true) {
    return new UserError(`${said}: ${detail}. Raise the folder's quota or make room there.`);
  }
  if (exception === "AccessControlException") {
    const assumed =
      token === undefined ? "the user that the server assumes (artifacts.hdfs.user is not set)" : "the token's user";
    const who = user ?? assumed;
    return new UserError(`${said}: ${detail}. Give ${who} write access, or set artifacts.hdfs.path to another folder.`);
  }
  if (exception === undefined) {
    return new UserError(
      `${refusal.host} answers as no WebHDFS does (HTTP ${status}). Check artifacts.hdfs.namenodes: the address of WebHDFS ` +
        "(port 9870 or 9871) or HttpFS (port 14000), without /webhdfs/v1.",
    );
  }
  return new UserError(`${said}: ${exception}: ${detail}`);
}

/** HttpFS and a namenode's filter refuse each in their own way who is nobody they know. */
function wantsToken({ status, exception, detail }: Refusal): boolean {
  if (status === 401 || (status === 403 && exception === undefined)) return true;
  return (
    /^(AuthenticationException|InvalidToken)$/.test(exception ?? "") || /token .*(expired|found in cache)/i.test(detail)
  );
}

/** What is said when no namenode could do the work, or no datanode took it: each with its reason. */
export function noAnswer(reasons: readonly string[]): UserError {
  return new UserError(
    `HDFS does not answer: ${reasons.join("; ")}. Check artifacts.hdfs.namenodes, that one of them is active, and that this ` +
      "machine reaches the datanodes, to which WebHDFS sends uploads (HttpFS takes them itself).",
  );
}
