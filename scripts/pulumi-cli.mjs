// Gets the Pulumi CLI where it lacks and prints where it is, as JSON: {"bin": …, "env": {…}}.
import { main } from "./lib/main.mjs";
import { pulumiEnvironment } from "./lib/pulumi/cli.mjs";

await main(async () => console.log(JSON.stringify(await pulumiEnvironment())));
