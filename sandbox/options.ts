import type { Clock } from "./clock";
import type { SimulatedDelays, SimulatedEnd } from "./executor/simulated-agent";
import type { AssignmentPace } from "./scheduler/assigner";
import type { ScheduledTask } from "./scheduler/model";
import type { Host } from "./scheduler/placement";
import type { FlappingSettings } from "./scheduler/reschedule";

/** How a sandbox runs. What is left out has the default of a real scheduler, or of one machine. */
export interface SandboxOptions {
  /** Where state, tasks and output are kept; made when it is not there. */
  readonly dataDir: string;
  /** 0, the default, for any free one. */
  readonly port?: number;
  /** @default 127.0.0.1; only loopback addresses are allowed */
  readonly host?: string;
  /** The name in `serverInfo`. @default local */
  readonly clusterName?: string;
  /** A Shiro ini file with `[users]` and `[roles]`. Left out: no authentication. */
  readonly usersFile?: string;
  /** Which Aurora environments jobs may have; a regular expression. */
  readonly environments?: string;
  /** Run nothing, only step tasks through their states. */
  readonly simulate?: boolean | Simulation;
  /** The machines that the scheduler sees. @default one, `localhost`, with plenty of everything */
  readonly hosts?: readonly Host[];
  /** Be a follower of the scheduler at this URL; `none`: no leader is known. */
  readonly followerOf?: string;
  readonly flapping?: FlappingSettings;
  readonly clock?: Clock;
  /** Hears of the sandbox's own errors. @default they are printed */
  readonly onError?: (error: unknown) => void;
}

/** What a simulation does with tasks, and when. */
export interface Simulation {
  readonly delays: SimulatedDelays;
  readonly pace?: AssignmentPace;
  readonly endOf?: (task: ScheduledTask) => SimulatedEnd | undefined;
}

/** Tasks of the sandbox share one machine, whose CPU, memory and disk are not divided: there is plenty by default. */
export const defaultHost: Host = {
  slaveId: "sandbox",
  hostname: "localhost",
  attributes: {},
  cpus: 100_000,
  ramMb: 1024 * 1024 * 1024,
  diskMb: 1024 * 1024 * 1024,
};

export const instantSimulation: Simulation = { delays: { assigned: 0, starting: 0, killing: 0 } };
