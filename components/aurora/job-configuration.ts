/**
 * A job as data: Aurora's JobConfiguration with the field names of its Thrift IDL, enums as numbers, sets as lists,
 * and `executorConfig.data` as the Thermos executor's parsed JSON instead of a string.
 */
export interface JobConfiguration {
  readonly key: { readonly role: string; readonly environment: string; readonly name: string };
  readonly owner: { readonly user: string };
  readonly cronCollisionPolicy: number;
  readonly instanceCount: number;
  readonly taskConfig: TaskConfig;
}

/** Aurora's TaskConfig: what every instance of a job runs. */
export interface TaskConfig {
  readonly job: JobConfiguration["key"];
  readonly owner: { readonly user: string };
  readonly isService: boolean;
  readonly priority: number;
  readonly maxTaskFailures: number;
  readonly production: boolean;
  readonly tier?: string;
  readonly resources: readonly Resource[];
  readonly constraints: readonly Constraint[];
  readonly taskLinks: Readonly<Record<string, string>>;
  readonly contactEmail?: string;
  readonly executorConfig: { readonly name: string; readonly data: ThermosJob };
  readonly metadata: readonly Metadata[];
  readonly container: Container;
  readonly partitionPolicy?: PartitionPolicy;
  readonly slaPolicy?: SlaPolicy;
  readonly mesosFetcherUris?: readonly MesosFetcherUri[];
}

export interface MesosFetcherUri {
  readonly value: string;
  readonly extract: boolean;
  readonly cache: boolean;
  readonly outputFile?: string;
}

export interface PartitionPolicy {
  readonly reschedule: boolean;
  readonly delaySecs?: number;
}

/** One member of the union. */
export type SlaPolicy =
  | { readonly percentageSlaPolicy: { readonly percentage: number; readonly durationSecs: number } }
  | { readonly countSlaPolicy: { readonly count: number; readonly durationSecs: number } }
  | { readonly coordinatorSlaPolicy: { readonly coordinatorUrl: string; readonly statusKey: string } };

/** One member of the union: cores, MiB, a port asked for by name, or GPUs. */
export type Resource =
  | { readonly numCpus: number }
  | { readonly ramMb: number }
  | { readonly diskMb: number }
  | { readonly namedPort: string }
  | { readonly numGpus: number };

export interface Metadata {
  readonly key: string;
  readonly value: string;
}

export interface Constraint {
  readonly name: string;
  readonly constraint:
    | { readonly value: { readonly negated: boolean; readonly values: readonly string[] } }
    | { readonly limit: { readonly limit: number } };
}

export type Container =
  | { readonly mesos: { readonly image?: Image; readonly volumes?: readonly Volume[] } }
  | {
      readonly docker: {
        readonly image: string;
        readonly parameters?: readonly { readonly name: string; readonly value: string }[];
      };
    };

export type Image =
  | { readonly docker: { readonly name: string; readonly tag: string } }
  | { readonly appc: { readonly name: string; readonly imageId: string } };

/** `mode`: 1 read-write, 2 read-only. */
export interface Volume {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly mode: number;
}

/** What Thermos reads from `executorConfig.data`; its shape is that of Aurora's pystachio schema (MesosJob). */
export type ThermosJob = Readonly<Record<string, unknown>>;
