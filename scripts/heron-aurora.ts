#!/usr/bin/env node
/** `heron-aurora <command> …`: the npm scripts of this project, for a project that has the library installed. */
const commands: Readonly<Record<string, string>> = {
  plan: "./plan.js",
  "new-environment": "./new-environment.js",
  environments: "./environments.js",
  promote: "./promote.js",
  preview: "./pipeline.js",
  deploy: "./pipeline.js",
  drift: "./pipeline.js",
  report: "./report.js",
  orphans: "./orphans.js",
  compare: "./compare.js",
};
/** Scripts of several commands, which read the command's name themselves. */
const shared = "./pipeline.js";

const [command = ""] = process.argv.slice(2);
const script = Object.hasOwn(commands, command) ? commands[command] : undefined;
if (script === undefined) {
  const isAsked = command === "--help" || command === "-h";
  console[isAsked ? "log" : "error"](`heron-aurora <command> …: ${Object.keys(commands).join(", ")}`);
  process.exitCode = isAsked ? 0 : 1;
} else {
  if (script !== shared) process.argv.splice(2, 1);
  void import(script);
}
