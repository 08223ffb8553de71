import type { Offer } from "../scheduler/placement";

/** Aurora's page of the offers it holds: Mesos' messages as JSON, in snake case. A host with nothing free is not offered. */
export function offersPage(offers: readonly Offer[]): object[] {
  return offers
    .map(({ host, free }) => ({ host, resources: resourcesOf(free) }))
    .filter(({ resources }) => resources.length > 0)
    .map(({ host, resources }) => ({
      id: { value: `offer-${host.slaveId}` },
      framework_id: { value: "sandbox" },
      agent_id: { value: host.slaveId },
      hostname: host.hostname,
      resources,
      attributes: Object.entries(host.attributes).flatMap(([name, values]) =>
        values.map((value) => ({ name, type: "TEXT", text: { value } })),
      ),
    }));
}

function resourcesOf({ cpus, ramMb, diskMb }: Offer["free"]): object[] {
  return Object.entries({ cpus, mem: ramMb, disk: diskMb })
    .filter(([, value]) => value > 0)
    .map(([name, value]) => ({ name, type: "SCALAR", scalar: { value } }));
}
