import type { Resources } from "../../components/heron/packing";

/**
 * What a report tells, as data. Every text in it was made fit to show by `visible`; none is escaped for a format yet.
 */
export interface Report {
  /** `project/stack`. */
  readonly stack: string;
  /** What a deployment would change, or what runs. */
  readonly subject: "preview" | "deployed";
  /** The preview ended with errors, so it does not tell all. */
  readonly incomplete: boolean;
  /** Resources that the source counts as unchanged but does not list: what is in sums leaves them out. */
  readonly unlisted: number;
  /** What needs most care first. */
  readonly topologies: readonly TopologyReport[];
  /** Of all listed topologies. */
  readonly total: BeforeAfter<Amounts>;
  /** Of the roles that the topologies belong to, where it was asked for. */
  readonly quotas: readonly QuotaUse[];
  /** Roles whose quota was asked for in vain. */
  readonly unasked: readonly string[];
  /** Changes of resources that are no job: packages, bucket, probe. */
  readonly others: readonly OtherChange[];
}

export interface BeforeAfter<T> {
  readonly before?: T;
  readonly after?: T;
}

/**
 * What is done to a job, or `running` for what is reported as deployed; `create`, `update` and `delete` are for other
 * resources, `change` for words that are not known.
 */
export type Kind =
  | "kill"
  | "leave"
  | "replace"
  | "roll"
  | "restart"
  | "scale in"
  | "deactivate"
  | "scale out"
  | "submit"
  | "activate"
  | "in place"
  | "change"
  | "create"
  | "update"
  | "delete"
  | "unchanged"
  | "running";

/** How much care a change needs: `danger` ends a job, `caution` interrupts containers that run or leaves them alone. */
export type Care = "danger" | "caution" | "calm" | "none";

export interface Change {
  readonly kinds: readonly Kind[];
  readonly care: Care;
  /** The job's own words for it. */
  readonly words: string;
}

export interface TopologyReport extends BeforeAfter<Side> {
  readonly name: string;
  readonly jobKey: string;
  readonly change: Change;
}

/** A number of containers, with container 0, and what they take together. */
export interface Amounts {
  readonly containers: number;
  readonly resources: Resources;
}

/** A topology as it runs, or as it is to run. */
export interface Side {
  readonly total: Amounts;
  /** What each container is granted. */
  readonly each: Resources;
  /** Heron instances by component, in the definition's order where that is known. */
  readonly parallelism: readonly (readonly [string, number])[];
  /** Further settings worth comparing, as label and value. */
  readonly settings: readonly (readonly [string, string])[];
  /** Undefined when definition and packing plan are not at hand. */
  readonly drawing?: Drawing;
  /** Whether the job's tier takes from the role's quota; undefined when that is not known. */
  readonly takesQuota?: boolean;
}

export interface Drawing {
  readonly graph: Graph;
  readonly containers: readonly ContainerGroup[];
}

/** A topology's spouts and bolts, and the streams between them. */
export interface Graph {
  readonly components: readonly GraphComponent[];
  readonly streams: readonly Stream[];
}

export interface GraphComponent {
  readonly name: string;
  readonly kind: "spout" | "bolt";
  readonly instances: number;
}

export interface Stream {
  readonly from: string;
  readonly id: string;
  readonly to: string;
  /** `shuffle`, `fields`, …, as Heron calls them, in small letters. */
  readonly grouping: string;
  /** Of a fields grouping. */
  readonly fields: readonly string[];
}

/** What becomes of a container between before and after. */
export type Fate = "same" | "changed" | "new" | "gone";

/** Containers that are filled alike. */
export interface ContainerGroup {
  /** Ascending. */
  readonly ids: readonly number[];
  /** Undefined where there is nothing to compare with. */
  readonly fate?: Fate;
  readonly granted: Resources;
  /** What the Heron instances take, in the packing plan's order of components. */
  readonly shares: readonly Share[];
  /** What Heron's own processes take: required by the plan beyond the instances. */
  readonly heron: Resources;
  /** Granted beyond what is required. */
  readonly spare: Resources;
}

/** The Heron instances of one component in a container, all of one size. */
export interface Share {
  readonly component: string;
  readonly count: number;
  readonly each: Resources;
}

/** What the role may use of the tiers that need quota, and what its jobs use of it. */
export interface QuotaUse {
  readonly role: string;
  readonly quota: Resources;
  readonly now: Resources;
  /** Once the change is made; there is none in what is deployed. */
  readonly after?: Resources;
  /** The quota once the change is made, where it is another then. */
  readonly quotaAfter?: Resources;
}

export interface OtherChange extends Pick<Change, "care" | "kinds"> {
  readonly type: string;
  readonly name: string;
}
