import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runningJob, runningJobs } from "../../components/artifacts/use/running-jobs";
import { connectAurora } from "../../components/aurora/client";
import { AuroraError } from "../../components/aurora/errors";
import { parseJobKey } from "../../components/aurora/job-key";
import { openCache } from "../../components/cache";
import { loadStack } from "../../components/config/load";
import { UserError } from "../../components/errors";
import { projectRoot } from "../../components/project";
import { openSession } from "../../components/zookeeper/session";
import { withPayloads } from "../../policies/payloads";
import { rules } from "../../policies/rules";
import { documentOf, ownName } from "../environments/names";
import { makeFolder } from "../output";
import { requireStackDocument } from "../stack-document";
import { backendAdvice } from "./backend-advice";
import {
  type DeletedPackage,
  deletedPackages,
  hadOtherwise,
  isKeptByOthers,
  leavingJobs,
  onlyJobsOf,
  stillNeeded,
} from "./needed-packages";
import { changeLines, messages, type Preview, registeredResources } from "./preview-steps";
import { pulumi, type PulumiResult, refreshing } from "./pulumi";
import { checkpointWarnings } from "./shared-checkpoints";

/** How a step ends, as its exit code. */
export const outcome = { unchanged: 0, failed: 1, changes: 2 } as const;
export type Outcome = (typeof outcome)[keyof typeof outcome];

/** The engine calls its plan files experimental; the provider says in them only what every machine knows. */
const planned = { PULUMI_EXPERIMENTAL: "true", HERON_AURORA_REVIEWED: "true" };

/**
 * What a reviewer looks at: previews the stack, holds the policies against what it would register, and writes
 * `<folder>/<stack>.preview.json` (for the report) and, unless it breaks a mandatory one or deletes a package that a job still
 * runs on, `<folder>/<stack>.plan.json` (for {@link deploy}).
 */
export async function preview(stack: string, folder: string): Promise<Outcome> {
  requireStackDocument(stack);
  makeFolder(folder);
  // A preview that fails must leave nothing that could be deployed, or read, in its place; nor is one to take another's, made at once.
  const draft = `${planFile(stack, folder)}.${process.pid}.draft`;
  for (const file of [draft, planFile(stack, folder), previewFile(stack, folder)]) rmSync(file, { force: true });
  for (const warning of checkpointWarnings(stack)) console.error(warning);
  const args = ["preview", "--refresh", "--stack", stack, "--json", "--show-sames", "--save-plan", draft];
  try {
    return await judged(stack, folder, draft, await refreshing(args, { quiet: true, env: planned }));
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The engine's draft becomes the plan only once all is well. */
async function judged(
  stack: string,
  folder: string,
  draft: string,
  { code, stdout, stderr }: PulumiResult,
): Promise<Outcome> {
  const found = parsePreview(stdout);
  const errors = found === undefined ? [stdout.trim()] : messages(found, "error");
  const warnings = found === undefined ? [] : messages(found, "warning");
  for (const text of [...errors, ...warnings, stderr.trim()].filter(Boolean)) console.error(text);
  if (code !== 0 || found === undefined || errors.length > 0) return failed(stderr);
  writeFileSync(previewFile(stack, folder), stdout);
  const changes = changeLines(found);
  console.log(
    `${stack}: ${changes.length === 0 ? "no changes" : `${changes.length} change${changes.length === 1 ? "" : "s"}`}`,
  );
  for (const line of changes) console.log(`  ${line}`);
  if (!(await keepsPolicies(found)) || !(await keepsPackages(stack, found))) return outcome.failed;
  // Of two previews at once the last one's are there, both of them.
  writeFileSync(previewFile(stack, folder), stdout);
  renameSync(draft, planFile(stack, folder));
  return changes.length === 0 ? outcome.unchanged : outcome.changes;
}

async function keepsPolicies(found: Preview): Promise<boolean> {
  const resources = await withPayloads(registeredResources(found), openCache());
  const violations = rules.flatMap((rule) => rule.check(resources).map((text) => ({ rule, text })));
  for (const { rule, text } of violations) console.error(`policy ${rule.name} (${rule.level}): ${text}`);
  return violations.every(({ rule }) => rule.level !== "mandatory");
}

/**
 * The engine deletes a superseded package once the stack's own jobs have left it; of jobs that are in no state only the scheduler
 * knows. Asked only where a package goes, by reading, without credentials; one that does not answer holds no preview up.
 */
async function keepsPackages(stack: string, found: Preview): Promise<boolean> {
  const packages: DeletedPackage[] = [];
  for (const each of deletedPackages(found)) if (!(await isKeptByOthers(each))) packages.push(each);
  if (packages.length === 0) return true;
  const lost = hadOtherwise(packages, found);
  for (const problem of lost) console.error(problem);
  if (lost.length > 0) return false;
  const leaving = leavingJobs(found);
  const only = onlyJobsOf(packages, leaving);
  if (only?.length === 0) return true;
  const { cluster, role, scheduler } = loadStack(documentOf(stack, join(projectRoot(), "stacks"))).cluster;
  if (scheduler.local !== undefined) return true;
  const aurora = connectAurora({ cluster, scheduler, openServiceSet: openSession });
  try {
    const staying = only
      ? await Promise.all(only.map((key) => runningJob(aurora, parseJobKey(key))))
      : await runningJobs(aurora, cluster, role, leaving);
    const needed = stillNeeded(packages, staying);
    for (const problem of needed) console.error(problem);
    return needed.length === 0;
  } catch (error) {
    if (!(error instanceof AuroraError)) throw error;
    console.error(`Whether jobs of others still need the packages that go is not known: ${error.message}`);
    return true;
  } finally {
    await aurora.close();
  }
}

/**
 * Deploys the stack. With the folder of a reviewed preview, only what that plan says: the engine stops at the first step
 * that is another.
 */
export async function deploy(stack: string, reviewed: string | undefined): Promise<Outcome> {
  requireStackDocument(stack);
  // The engine holds each step against the plan as it comes to it: a preview before it holds all of them.
  const plan = reviewed === undefined ? ["--skip-preview"] : ["--plan", reviewedPlan(stack, reviewed)];
  const { code, stdout, stderr } = await refreshing(["up", "--yes", "--refresh", "--stack", stack, ...plan], {
    env: planned,
  });
  if (reviewed !== undefined && (stdout + stderr).includes("violates plan")) {
    console.error(
      `${stack} is not as it was when ${planFile(stack, reviewed)} was made: the documents or what runs have changed since. ` +
        `Preview, and have it reviewed again: npm run preview -- ${stack} --out ${reviewed}`,
    );
  }
  return code === 0 ? outcome.unchanged : failed(stderr);
}

/** Compares what runs with what the state says, changing neither. */
export async function drift(stack: string): Promise<Outcome> {
  requireStackDocument(stack);
  const args = ["refresh", "--preview-only", "--expect-no-changes", "--diff", "--stack", stack];
  // Not `refreshing`: where the program runs, topologies that it has and that are not deployed yet would be differences.
  const { code, stderr, stdout } = await pulumi(args);
  if (code === 0) return outcome.unchanged;
  return /no changes were expected.* but changes were proposed/.test(stderr + stdout)
    ? outcome.changes
    : failed(stderr);
}

/** What `pulumi` has said is shown before. */
function failed(said: string): Outcome {
  const advice = backendAdvice(said);
  if (advice !== undefined) console.error(advice);
  return outcome.failed;
}

function previewFile(stack: string, folder: string): string {
  return join(folder, `${ownName(stack)}.preview.json`);
}

function planFile(stack: string, folder: string): string {
  return join(folder, `${ownName(stack)}.plan.json`);
}

function reviewedPlan(stack: string, folder: string): string {
  const file = planFile(stack, folder);
  if (existsSync(file)) return file;
  throw new UserError(
    `There is no ${file}. Make it by 'npm run preview -- ${stack} --out ${folder}', and have it reviewed.`,
  );
}

function parsePreview(text: string): Preview | undefined {
  try {
    return JSON.parse(text) as Preview;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
