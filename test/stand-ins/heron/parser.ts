/** A command line as the CLI's argparse reads it. */
export interface Parsed {
  readonly command: string;
  readonly positionals: readonly string[];
  /** Values by option, in the order given. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

interface Command {
  readonly positionals: readonly [least: number, most: number];
  readonly options: readonly string[];
  readonly flags?: readonly string[];
}

/** What the CLI puts a value behind before it parses: one that is given is a positional argument. */
const bare = ["--verbose", "--deploy-deactivated"];

const common = ["--config-path", "--config-property", "--service-url", "--verbose"];
const managed: Command = { positionals: [2, 2], options: common };

const commands: Readonly<Record<string, Command>> = {
  version: { positionals: [0, 0], options: [] },
  submit: {
    positionals: [3, Infinity],
    options: [
      ...common,
      "--deploy-deactivated",
      "--topology-main-jvm-property",
      "--extra-launch-classpath",
      "--release-yaml-file",
      "--dry-run-format",
    ],
    flags: ["--dry-run", "--verbose_gc"],
  },
  kill: managed,
  activate: managed,
  deactivate: managed,
  restart: { positionals: [2, 3], options: common },
  update: {
    positionals: [2, 2],
    options: [...common, "--component-parallelism", "--container-number", "--runtime-config", "--dry-run-format"],
    flags: ["--dry-run"],
  },
};

const patterns: Readonly<Record<string, RegExp>> = {
  "--component-parallelism": /^[\w.-]+:\d+$/,
  "--container-number": /^\d+$/,
  "--runtime-config": /^([\w.-]+:){1,2}[\w.-]+$/,
  // Heron splits at each `=`.
  "--config-property": /^[^=]+=[^=]*$/,
  "--topology-main-jvm-property": /^[^=]+=/,
};

/** @throws Error in the manner of argparse */
export function parse(argv: readonly string[]): Parsed {
  const [name = "", ...rest] = argv;
  const command = commands[name];
  if (command === undefined) throw new Error(`invalid choice: '${name}'`);
  const options: Record<string, string[]> = {};
  const positionals: string[] = [];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    if (!word.startsWith("-")) {
      positionals.push(word);
      continue;
    }
    if (bare.includes(word)) {
      (options[word] ??= []).push("True");
      continue;
    }
    const [flag = "", inline] = word.split(/=(.*)/s);
    if (command.flags?.includes(flag)) {
      options[flag] = ["True"];
      continue;
    }
    if (!command.options.includes(flag)) {
      if (name !== "submit") throw new Error(`unrecognized arguments: ${word}`);
      // What a submission's parser does not know is handed on to the main.
      positionals.push(word);
      continue;
    }
    const value = inline ?? rest[++at];
    if (value === undefined || patterns[flag]?.test(value) === false) throw new Error(`argument ${flag}: invalid`);
    (options[flag] ??= []).push(value);
  }
  const [least, most] = command.positionals;
  if (positionals.length < least || positionals.length > most) {
    throw new Error(`${name}: ${positionals.length} positional arguments`);
  }
  if (name === "restart" && positionals[2] !== undefined && !/^\d+$/.test(positionals[2])) {
    throw new Error("argument container-id: invalid int value");
  }
  if (name !== "version" && positionals[0]?.split("/").length !== 3) {
    throw new Error("Argument cluster/[role]/[env] is not correct");
  }
  if (name === "update") checkUpdate(options);
  return { command: name, positionals, options };
}

/** What the command looks at itself, after its parser. */
function checkUpdate(options: Readonly<Record<string, readonly string[]>>): void {
  const size = options["--component-parallelism"] ?? options["--container-number"];
  const config = options["--runtime-config"];
  if (size && config) {
    throw new Error("(component-parallelism or container_num) and runtime-config can't be updated at the same time");
  }
  if (!size && !config) {
    throw new Error("Missing arguments --component-parallelism or --runtime-config or --container-number");
  }
}
