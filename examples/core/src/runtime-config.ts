import { create } from "@bufbuild/protobuf";
import { runtimePostfix } from "../../../components/heron/definition";
import {
  type Config,
  Config_KeyValueSchema,
  ConfigSchema,
  type Topology,
} from "../../../components/heron/proto/gen/topology_pb";

/** A topology with its configuration changed as Heron's TManager changes it at run time. @param values by `key` or `component:key` */
export function withRuntimeConfig(topology: Topology, values: ReadonlyMap<string, string>): Topology {
  const changed = (config: Config | undefined, prefix: string): Config => {
    const entries = [...values].filter(([key]) => key.startsWith(prefix) && !key.slice(prefix.length).includes(":"));
    const own = entries.map(([key, value]) => ({ key: key.slice(prefix.length) + runtimePostfix, value }));
    const kept = (config?.kvs ?? []).filter(({ key }) => own.every((each) => each.key !== key));
    return create(ConfigSchema, { kvs: [...kept, ...own.map((each) => create(Config_KeyValueSchema, each))] });
  };
  const component = <T extends Topology["spouts"][number] | Topology["bolts"][number]>(part: T): T =>
    part.comp === undefined
      ? part
      : { ...part, comp: { ...part.comp, config: changed(part.comp.config, `${part.comp.name}:`) } };
  return {
    ...topology,
    topologyConfig: changed(topology.topologyConfig, ""),
    spouts: topology.spouts.map(component),
    bolts: topology.bolts.map(component),
  };
}
