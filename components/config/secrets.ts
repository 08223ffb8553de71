import type { Finding, Path } from "../finding";

const secretWords = new Set(["password", "passwd", "passphrase", "pwd", "secret", "credential", "credentials"]);
const keyWords = new Set(["secret", "private", "access", "api"]);
/** The same written as one word: `dbpassword`, `DBPASSWORD`, `apikey`, and what keytool and sshpass call it. */
const joinedWords = new RegExp(
  `(password|passwd|passphrase|pwd|(db|key|root|ssh|store|user)pass)$|^(${[...keyWords].join("|")})key$`,
);
/** What a `pass` is of a filter, or of reading something several times; any other is a password: `--db-pass`. */
const passWords =
  /^(all|band|by|final|first|high|initial|last|low|max|min|multi|num|one|per|second|single|three|two|\d+)$/;
/** Names that are short for other words too, with values that then tell which: a folder, a count, how a test ends. */
const shortNames = /(^|[^a-z])(pass|pwd)$/i;
const otherMeanings = /^([/~$].*|\.{1,2}(\/.*)?|\d{1,2}|fail(ed)?|ok|yes|no|none)$/i;
const tokenWords = new Set(["access", "api", "auth", "bearer", "oauth", "oauth2", "refresh", "security", "session"]);

/**
 * Arguments, commands, and maps whose keys are the user's or Heron's own; what stands there is readable wherever the topology
 * is.
 */
const openPlaces = new Set([
  "args",
  "config",
  "heronConfig",
  "jvmProperties",
  "metadata",
  "runtimeConfig",
  "taskLinks",
  "conf",
  "fetch",
  "parameters",
  "coordinatorUrl",
]);

/** Whether a key names a secret: `password`, `trustStorePassword`, `heron.uploader.s3.secret_key`, `token`, … */
export function namesSecret(key: string): boolean {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const last = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  if (last === "token") return words.length === 1 || tokenWords.has(before);
  if (last === "pass") return !passWords.test(before);
  if (last === "bearer") return before === "oauth" || before === "oauth2";
  return secretWords.has(last) || joinedWords.test(last) || (last === "key" && keyWords.has(before));
}

/** The same of a key that has this value: the short ones are of other things too. */
function namesSecretOf(key: string, value: string): boolean {
  return namesSecret(key) && !(shortNames.test(key) && otherMeanings.test(value));
}

function isSecret(name: string, value: string): boolean {
  return namesSecretOf(name, value) && !isHarmless(value);
}

/**
 * Which of a program's arguments hold a secret: `--db-password=…`, `-Djavax.net.ssl.keyStorePassword=…`, what follows
 * `--token`, and what a text shows that is handed on whole: options for a JVM, a command, an address.
 */
export function secretArguments(args: readonly string[]): readonly number[] {
  return args.flatMap((argument, index) =>
    isSecretSetting(argument) || isNamedBy(args[index - 1], argument) || showsSecret(argument, "options")
      ? [index]
      : [],
  );
}

/** The whole of an argument is the value, whatever it begins with. */
function isSecretSetting(argument: string): boolean {
  const name = /^(?:-D|--?)?([\w.-]+)=./.exec(argument)?.[1];
  return name !== undefined && isSecret(name, argument.slice(argument.indexOf("=") + 1));
}

function isNamedBy(option: string | undefined, argument: string): boolean {
  const name = /^--?([\w.-]+)$/.exec(option ?? "")?.[1];
  return name !== undefined && isSecret(name, argument) && !argument.startsWith("-");
}

function isHarmless(value: string): boolean {
  return new RegExp(`^${harmless}$`).test(value);
}

/**
 * How a text is read: by a shell, which puts something else in the place of what begins with `$` or a backquote; as options of
 * a program; or by people, for whom a word after an option is a word.
 */
export type Reading = "command" | "options" | "words";

/** What gives nothing away: what somebody puts the value in the place of (`${db.password}`, `{{ vault.db }}`), and yes or no. */
const harmless =
  "(?:\\$\\{(?:(?:file|directory|env|vault):[^{}\\s\"']+|[\\w.-]+)\\}|\\{\\{[^{}\"']*\\}\\}|true|false)(?=[\\s\"'&;,@\\\\]|$)";

/** What a schema says of a field: `{"password": "string"}`. */
const typeName = "(?:[Ss]tring|STRING|[Tt]ext|TEXT|varchar|VARCHAR|[Bb]ytes|BYTES|keyword)\\\\?[\"']";

/** What stands before a name: blanks, quotes, and what separates settings, the parameters of an address, or commands. */
const start = "(?<=^|[\\s\"'?&;,|(])";

/** curl's short options that take no value: others may stand behind them in one word, as in `-fsSLu user:password`. */
const clustered = "[#0-46aBfgGiIjJklLMnNOpqRsSvZ]*";

/** Up to where another command begins, whose options are its own; a `\` at a line's end goes on in the next line. */
const sameCommand = "(?:(?!&&|[|;]|[^\\\\]\\n)[^])*";

/** Whether a text gives a secret away, in quotes or not: `name=value`, what follows an option, an address, a header. */
export function showsSecret(text: string, reading: Reading): boolean {
  const value = reading === "command" ? "[^\\s\"'<>|&;$`]" : `(?!${harmless})[^\\s"'<>|&;]`;
  const names = (pattern: string, isMeant = isSecret): boolean =>
    [...text.matchAll(new RegExp(`${pattern}(?=(${value}[^\\s"'<>|&;\\\\]*))`, "g"))].some(
      ([, name = "", given = ""]) => isMeant(name, given),
    );
  return (
    // After `=`, where another option's value begins, only an option is a name.
    names(`(?:${start}(?:-D|--?)?|(?<==)(?:-D|--?))([\\w.-]+)=["']?`) ||
    (reading !== "words" && names(`${start}--?([\\w.-]+)\\s+["']?(?!-)`)) ||
    names(`${start}(?:-${clustered}H|--(?:proxy-)?header)[\\s=]*["']?([\\w.-]+):[ \\t]*`, namesSecretHeader) ||
    // JSON, whose quotes may be escaped in another text; a token by itself is a word of parsers there.
    names(
      `\\\\?["']([\\w.-]+)\\\\?["']\\s*:\\s*\\\\?["'](?!${typeName})`,
      (name, given) => name !== "token" && isSecret(name, given),
    ) ||
    new RegExp(`\\w://[^\\s/:@]*:${value}[^\\s/@]*@`).test(text) ||
    authorizations(text).some((given) => new RegExp(`^${value}`).test(given)) ||
    new RegExp(
      `\\bcurl\\b${sameCommand}\\s(?:-${clustered}[uU]|--user|--proxy-user)[\\s=]*["']?[^\\s:"']+:${value}`,
    ).test(text)
  );
}

/** A token in a header is none of a text's words: `X-Vault-Token`, `PRIVATE-TOKEN`. */
function namesSecretHeader(name: string): boolean {
  return namesSecret(name) || /\btoken$/i.test(name);
}

/** What HTTP's header says after the scheme, if it names one: `Bearer …`, `Token token=…`. */
function authorizations(text: string): readonly string[] {
  return [...text.matchAll(/\bauthorization:[ \t]*([^\s'"]+)(?:[ \t]+(?:token=)?["']?([^\s'"]+))?/gi)].map(
    ([, scheme = "", given = scheme]) => given,
  );
}

/**
 * Secrets that stand in a document: each is refused, with where it goes instead.
 * @param cluster for the command that is told; absent when the document does not say it.
 */
export function checkSecrets(document: unknown, cluster: string | undefined): readonly Finding[] {
  return secretPaths(document, [], new Set()).map((path) => ({ path, message: advice(path, cluster) }));
}

/** What is neither text nor number is for the schema to complain of. */
function argument(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** `seen` ends the walk where YAML aliases make a loop. */
function secretPaths(value: unknown, path: Path, seen: Set<unknown>): readonly Path[] {
  if (typeof value === "string") return isOpen(path) && showsSecret(value, readingOf(path)) ? [path] : [];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const isList = Array.isArray(value);
  if (isList && path.at(-1) === "args") return secretArguments(value.map(argument)).map((index) => [...path, index]);
  return Object.entries(value).flatMap(([key, item]) => {
    const place = [...path, isList ? Number(key) : key];
    if (!isList && path.at(-1) !== "parallelism" && mayBeSecret(key, item)) return [place];
    return secretPaths(item, place, seen);
  });
}

function isOpen(path: Path): boolean {
  return path.some((step) => typeof step === "string" && openPlaces.has(step));
}

function readingOf(path: Path): Reading {
  if (path.includes("fetch")) return "command";
  return path.includes("metadata") || path.includes("taskLinks") ? "words" : "options";
}

function mayBeSecret(key: string, value: unknown): boolean {
  if (value === null || typeof value === "boolean") return false;
  return namesSecretOf(key, argument(value));
}

function advice(path: Path, cluster: string | undefined): string {
  if (String(path.at(-1)).startsWith("heron.uploader.s3.")) {
    return (
      "the file goes to the agents with every topology package: leave it out, and heron's uploader takes the credentials that " +
      "the AWS SDK finds where heron runs; those of a profile by heron.uploader.s3.aws_profile. Into the conf dir that writeConf " +
      `writes, and nowhere else: pulumi config set --secret --path 'heron:credentials${clusterStep(cluster)}.uploader.secretKey', and ` +
      "uploader.accessKey with it"
    );
  }
  if (isOpen(path)) {
    return (
      "looks like a secret, and could be read in the package, the state tree and the Aurora job: take it out, and let " +
      "the topology read it on the agents, from a file or a secret store"
    );
  }
  const place = path.includes("hdfs") ? "hdfs.token" : path.includes("zookeeper") ? "zookeeper.password" : "password";
  return (
    "a secret has no place in a document: take it out and keep it encrypted in the stack's configuration, " +
    `pulumi config set --secret --path 'heron:credentials${clusterStep(cluster)}.${place}'`
  );
}

/** A name with dots is quoted in Pulumi's property paths. */
function clusterStep(cluster: string | undefined): string {
  if (cluster === undefined || !/^[\w.-]+$/.test(cluster)) return ".<cluster>";
  return cluster.includes(".") ? `["${cluster}"]` : `.${cluster}`;
}
