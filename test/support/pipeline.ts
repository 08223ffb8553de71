import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { repoRoot } from "./paths";
import type { TestProject } from "./project";
import { pulumiEnvironment } from "./pulumi";

/** `npm run preview -- <stack>` as a pipeline runs it, in a user's project. */
export function previewStep(project: TestProject, env: NodeJS.ProcessEnv = {}) {
  return pipelineStep(project, "preview", env);
}

/** Likewise any of its steps. */
export async function pipelineStep(
  project: TestProject,
  name: "preview" | "deploy" | "drift",
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number; readonly output: string }> {
  const pulumi = pulumiEnvironment();
  const PATH = [dirname(pulumi.bin), env.PATH ?? pulumi.env.PATH ?? ""].join(delimiter);
  const step = spawn(process.execPath, [join(repoRoot, "bin/scripts/pipeline.js"), name, project.stack], {
    cwd: project.directory,
    env: { ...project.environment(), ...env, PATH },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = Promise.all([text(step.stdout), text(step.stderr)]);
  const [code] = (await once(step, "close")) as [number];
  return { code, output: (await output).join("") };
}
