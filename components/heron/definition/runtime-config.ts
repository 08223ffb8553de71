import type { ConfValue } from "../../cluster-args";
import { ArgumentError } from "../../errors";
import type { Config, Topology } from "../proto/gen/topology_pb";
import { components } from "./components";

/** What Heron's TManager ends the keys of configuration that was changed at run time with. */
export const runtimePostfix = ":runtime";

/** What `heron update --runtime-config` and the TManager take for name and value, which they put a colon between. */
const word = /^[\w.-]+$/;

/**
 * Runtime configuration as the document says it, as text.
 * @param values by `key`, of the topology, or `component:key`
 * @throws ArgumentError for what Heron would not take
 */
export function checkedRuntimeConfig(
  topology: Topology,
  values: Readonly<Record<string, ConfValue>>,
): Readonly<Record<string, string>> {
  const known = components(topology).map(({ name }) => name);
  const texts = Object.entries(values).map(([key, value]): [string, string] => [key, String(value)]);
  const findings = texts.flatMap(([key, value]) => {
    const [name = "", ...component] = key.split(":").reverse();
    const [of] = component;
    const path = ["runtimeConfig", key];
    if (component.length > 1 || ![name, value, ...component].every((part) => word.test(part))) {
      const message = `Heron takes '[component:]key' and a value of letters, digits and _ . - alone, found '${key}' and '${value}'.`;
      return [{ path, message }];
    }
    if (of === undefined || known.includes(of)) return [];
    return [{ path, message: `'${of}' is no component of topology '${topology.name}'. It has ${known.join(", ")}.` }];
  });
  if (findings.length > 0) throw new ArgumentError(findings);
  return Object.fromEntries(texts);
}

/** What a running topology's configuration was changed to, by `key` or `component:key`. @param topology of its physical plan */
export function runtimeConfig({ topologyConfig, spouts, bolts }: Topology): ReadonlyMap<string, string> {
  const own = [...spouts, ...bolts].flatMap(({ comp }) => changed(comp?.config, `${comp?.name ?? ""}:`));
  return new Map([...changed(topologyConfig, ""), ...own]);
}

function changed(config: Config | undefined, prefix: string): [string, string][] {
  const entries = (config?.kvs ?? []).filter(({ key }) => key.endsWith(runtimePostfix));
  return entries.map(({ key, value }) => [`${prefix}${key.slice(0, -runtimePostfix.length)}`, value]);
}
