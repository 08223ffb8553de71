import assert from "node:assert/strict";
import type { AwsEnvironment } from "./aws-environment";
import { type CommandResult, TestProject } from "./project";

export const up = ["up", "--yes", "--skip-preview"] as const;
export const destroy = ["destroy", "--yes", "--skip-preview"] as const;

/** A project whose program runs against the AWS stand-in, and how to run it. */
export class AwsProject {
  readonly project: TestProject;

  constructor(
    readonly environment: AwsEnvironment,
    text: string,
  ) {
    this.project = new TestProject("test", text);
  }

  async init(...configuration: Parameters<AwsEnvironment["config"]>): Promise<void> {
    await this.project.init();
    await this.environment.configure(this.project, ...configuration);
  }

  run(...args: readonly string[]): Promise<CommandResult> {
    return this.project.pulumi([...args, "--stack", "test"], this.environment.env);
  }

  async succeed(...args: readonly string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    assert.equal(code, 0, output);
    return output;
  }

  async fail(...args: readonly string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    assert.notEqual(code, 0, output);
    return output;
  }

  dispose(): void {
    this.project.dispose();
  }
}
