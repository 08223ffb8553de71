import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { extractInputTypes } from "./extract";

// Run by `load` in a process of its own, whose memory is given back: node write.js <@pulumi/aws> <file>
const [, , packageFolder = "", file = ""] = argv;
writeFileSync(file, JSON.stringify(extractInputTypes(packageFolder), null, 1));
