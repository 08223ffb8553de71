import { projectRoot } from "../components/project";
import { runCommand } from "./command-line";
import { writeResult } from "./output";
import { parseRequest } from "./report/arguments";
import { buildReport } from "./report/build";
import { gatherQuotas, gatherSource } from "./report/gather";
import { htmlReport } from "./report/html";
import { jobsOf, withPayloads } from "./report/jobs";
import { markdownReport } from "./report/markdown";
import { payloadFinder } from "./report/payloads";
import { rolesOf } from "./report/roles";

/** Turns a preview or a deployed stack into Markdown or an HTML page. */
async function main(): Promise<void> {
  const request = parseRequest(process.argv.slice(2));
  const root = projectRoot();
  const source = gatherSource(request, root);
  const jobs = await withPayloads(jobsOf(source), payloadFinder(root, request.stack));
  const report = buildReport(source, jobs, request.quota ? await gatherQuotas(rolesOf(source, jobs)) : undefined);
  const text = request.format === "html" ? htmlReport(report) : markdownReport(report);
  if (request.out === undefined) process.stdout.write(text);
  else writeResult(request.out, text);
}

void runCommand(main);
