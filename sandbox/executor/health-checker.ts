import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Bell } from "./bell";
import { httpSignal } from "./http-signal";
import type { HealthCheckConfig } from "./thermos-task";

/** A check's result; nothing is wrong when it is undefined. */
export type Complaint = string | undefined;

/** Checks a task once. Never rejects. */
export type HealthCheck = () => Promise<Complaint>;

/** What the checks so far say: not yet known to be healthy, healthy, or not healthy any more. */
export type Health =
  { readonly state: "starting" | "healthy" } | { readonly state: "unhealthy"; readonly reason: string };

/** Counts checks as Aurora's executor does. Pure: what it is told, it counts. */
export class HealthCounter {
  private attempts = 0;
  private failures = 0;
  private successes = 0;
  private running: boolean;
  private readonly forgiven: number;
  private readonly attemptsToRunning: number;

  /** @param running whether the task was known to be healthy before */
  constructor(
    private readonly config: HealthCheckConfig,
    running = false,
  ) {
    this.running = running;
    this.forgiven = running ? 0 : Math.ceil(config.initialInterval / config.interval);
    this.attemptsToRunning = this.forgiven + config.maxConsecutiveFailures + config.minConsecutiveSuccesses;
  }

  /** Whether the task has had all the attempts it gets to become healthy. */
  isExhausted(): boolean {
    return !this.running && this.attempts > this.attemptsToRunning;
  }

  count(complaint: Complaint): Health {
    if (this.isExhausted()) return { state: "unhealthy", reason: "Not enough successful health checks in time." };
    if (this.attempts <= this.attemptsToRunning) this.attempts++;
    return complaint === undefined ? this.succeeded() : this.failed(complaint);
  }

  private succeeded(): Health {
    this.successes++;
    this.failures = 0;
    this.running ||= this.successes >= this.config.minConsecutiveSuccesses;
    return this.now();
  }

  private failed(reason: string): Health {
    this.successes = 0;
    if (this.attempts <= this.forgiven) return this.now();
    const left = this.attemptsToRunning - this.attempts;
    const hopeless = !this.running && left > 1 && this.config.minConsecutiveSuccesses > left;
    this.failures++;
    if (hopeless || this.failures > this.config.maxConsecutiveFailures) return { state: "unhealthy", reason };
    return this.now();
  }

  private now(): Health {
    return { state: this.running ? "healthy" : "starting" };
  }
}

/** The file in a task's folder that, while it is there, makes all checks good. */
const snoozeFile = ".healthchecksnooze";

/** Checks a task at intervals and tells when its health changes; after `unhealthy` it stops. */
export class HealthChecker {
  private readonly counter: HealthCounter;
  private readonly bell = new Bell();
  private stopped = false;

  constructor(
    private readonly check: HealthCheck,
    private readonly config: HealthCheckConfig,
    private readonly sandbox: string,
    running: boolean,
  ) {
    this.counter = new HealthCounter(config, running);
  }

  async run(onChange: (health: Health) => void): Promise<void> {
    let last: Health["state"] = "starting";
    while (!this.stopped) {
      const snoozed = existsSync(join(this.sandbox, snoozeFile));
      const health = this.counter.count(snoozed ? undefined : await this.check());
      if (this.isStopped()) return;
      if (health.state !== last) onChange(health);
      last = health.state;
      if (last === "unhealthy") return;
      await this.bell.wait(this.config.interval * 1000);
    }
  }

  stop(): void {
    this.stopped = true;
    this.bell.ring();
  }

  private isStopped(): boolean {
    return this.stopped;
  }
}

/** Asks the task's HTTP endpoint, as Aurora's HttpSignaler. */
export function httpHealthCheck(port: number, config: HealthCheckConfig): HealthCheck {
  return async () => {
    const result = await httpSignal(port, config.endpoint, "GET", config.timeout * 1000);
    if (!result.answered) return result.reason;
    const expected = config.expectedResponse;
    const got = result.status < 300 ? result.body.trim().toLowerCase() : "";
    if (expected && got !== expected.toLowerCase()) {
      return `Response differs from expected response (expected "${shorten(expected)}", got "${shorten(got)}")`;
    }
    if (config.expectedResponseCode && result.status !== config.expectedResponseCode) {
      const codes = `expected ${config.expectedResponseCode}, got ${result.status}`;
      return `Response code differs from expected response (${codes})`;
    }
    return undefined;
  };
}

/** Runs a command in the task's folder: healthy when it exits 0. */
export function shellHealthCheck(command: string, sandbox: string, timeoutSecs: number): HealthCheck {
  return () =>
    new Promise((resolve) => {
      const options = { cwd: sandbox, timeout: timeoutSecs * 1000, killSignal: "SIGKILL" as const };
      execFile("/bin/sh", ["-c", command], options, (error) => {
        resolve(error ? `Health check command failed: ${error.message}` : undefined);
      });
    });
}

function shorten(text: string): string {
  return text.length < 10 ? text : `${text.slice(0, 7)}...`;
}
