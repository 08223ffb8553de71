import type { SandboxOptions } from "../../sandbox";

/** Exchanges with one scheduler, from its start on: the earlier ones make the state that the later ones meet. */
export interface Session {
  readonly from: number;
  readonly options: Partial<SandboxOptions>;
  /** The users of the recording. */
  readonly users: boolean;
  /** Milliseconds that pass before an exchange, by its number; as the recorded events' times tell. */
  readonly pauses: Readonly<Record<number, number>>;
}

/** Exchanges that belong together; what comes before them in the session is their fixture. */
export interface Group {
  readonly name: string;
  readonly session: Session;
  readonly from: number;
  readonly to: number;
}

const leader: Session = {
  from: 1,
  options: {},
  users: true,
  pauses: { 10: 3000, 149: 2500, 155: 3000, 175: 15_000, 182: 600, 190: 5000, 195: 2 },
};
const endings: Session = { from: 201, options: {}, users: true, pauses: { 202: 3000, 203: 600, 213: 3500, 214: 3500 } };
const follower: Session = {
  from: 222,
  options: { followerOf: "http://127.0.0.1:8081" },
  users: true,
  pauses: {},
};
const encodings: Session = { from: 301, options: {}, users: true, pauses: { 312: 10, 319: 10 } };
const withoutUsers: Session = { from: 335, options: {}, users: false, pauses: { 337: 3200, 338: 1000 } };
const withoutUsersRefusals: Session = { from: 401, options: {}, users: false, pauses: {} };

export const groups: readonly Group[] = [
  { name: "reads of an empty scheduler", session: leader, from: 1, to: 6 },
  { name: "a job's creation and life", session: leader, from: 7, to: 19 },
  { name: "jobs it refuses and jobs it takes", session: leader, from: 20, to: 72 },
  { name: "authentication and permissions", session: leader, from: 73, to: 84 },
  { name: "content types", session: leader, from: 85, to: 106 },
  { name: "malformed bodies and odd messages", session: leader, from: 107, to: 122 },
  { name: "HTTP methods and paths", session: leader, from: 123, to: 143 },
  { name: "adding and restarting instances", session: leader, from: 144, to: 155 },
  { name: "updates", session: leader, from: 156, to: 182 },
  { name: "kills", session: leader, from: 183, to: 196 },
  { name: "single instances, endings, ports", session: endings, from: 201, to: 214 },
  { name: "compressed and non-ASCII requests", session: endings, from: 215, to: 221 },
  { name: "a scheduler that does not lead", session: follower, from: 222, to: 233 },
  { name: "encodings of values", session: encodings, from: 301, to: 312 },
  { name: "what is filled in, and mismatched keys", session: encodings, from: 313, to: 320 },
  { name: "missing and odd arguments", session: encodings, from: 321, to: 329 },
  { name: "cron jobs", session: encodings, from: 330, to: 334 },
  { name: "no authentication: a job's life", session: withoutUsers, from: 335, to: 338 },
  { name: "no authentication: refusals", session: withoutUsersRefusals, from: 401, to: 410 },
];

/** An exchange that asks for any one task of a job: which one it gets is the store's choice. */
export const anyOneTask = "012-getTasksWithoutConfigs-limit1";

/** Exchanges that are not replayed, and why. */
export const leftOut: readonly { readonly name: string; readonly reason: string }[] = [
  {
    name: "138-get_offers",
    reason: "a page for operators that lists the Mesos offers of the simulated cluster; the sandbox has no Mesos",
  },
  {
    name: "139-get_pendingtasks",
    reason: "a page for operators with the scheduler's internal penalties; clients use getPendingReason (071)",
  },
  {
    name: "140-get_structdump_task_x",
    reason: "a page for Aurora's developers that prints a Java object",
  },
];
