import type { ZooKeeperSession } from "../../components/zookeeper/session";

/** Where Aurora's schedulers announce themselves unless told otherwise. */
export const serviceSet = "/aurora/scheduler";

/** Announces the scheduler at `url` as Aurora does: a member node that holds where it answers. */
export async function announce(session: ZooKeeperSession, node: string, url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const endpoint = { host: hostname, port: Number(port) };
  const member = { serviceEndpoint: endpoint, additionalEndpoints: { http: endpoint }, status: "ALIVE" };
  await session.mkdirs(serviceSet);
  await session.put(`${serviceSet}/${node}`, Buffer.from(JSON.stringify(member)));
}
