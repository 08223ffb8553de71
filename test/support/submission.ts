import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { ExecutorSettings } from "../../components/heron/executor-arguments";
import { readDefinition, type Topology, topologyConfig } from "../../components/heron/definition";
import { goldenJson, goldenPath } from "./paths";

/** A recorded `heron submit`. */
export interface Submission {
  readonly cli: readonly string[];
  readonly binds?: Readonly<Record<string, string>>;
  readonly topology_arguments?: string;
}

/** Names of the recorded topologies that have the file. */
export function recordedWith(file: string): string[] {
  return readdirSync(goldenPath("heron")).filter((name) => existsSync(goldenPath("heron", name, file)));
}

export function submission(name: string): Submission {
  return goldenJson("heron", name, "submit.json") as Submission;
}

export function recordedDefinition(name: string): Topology {
  return readDefinition(readFileSync(goldenPath("heron", name, "definition.defn")), name);
}

/** What the recording was made with, read off the arguments that do not follow from the definition. */
export function recordedSettings(name: string): ExecutorSettings {
  const { topology_arguments: text = "" } = submission(name);
  const value = (flag: string): string => {
    const found = new RegExp(`--${flag}=(\\S*)`).exec(text)?.[1];
    assert.ok(found !== undefined, `${name} has --${flag}`);
    return found;
  };
  const topology = recordedDefinition(name);
  return {
    cluster: value("cluster"),
    role: value("role"),
    environment: value("environment"),
    topologyName: topology.name,
    topologyId: value("topology-id"),
    topologyFile: value("topology-binary-file"),
    topologyConfig: topologyConfig(topology),
    stateManagerConnection: value("state-manager-connection"),
    stateManagerRoot: value("state-manager-root"),
    javaHome: value("heron-java-home"),
    verboseGc: false,
    ramMap: new Map(
      value("component-ram-map")
        .split(",")
        .map((each): [string, number] => [
          each.slice(0, each.lastIndexOf(":")),
          Number(each.slice(each.lastIndexOf(":") + 1)),
        ]),
    ),
  };
}
