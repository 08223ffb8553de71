import type { Socket } from "node:net";
import { type Client, createClient } from "node-zookeeper-client";

/** What node-zookeeper-client keeps of its connection. It declares none of it, and looks it up at each event. */
interface ConnectionManager {
  state: number;
  socket: Socket;
  /** The beginning of an answer whose rest has not come yet. */
  pendingBuffer: Buffer | null;
  onSocketConnected(): void;
  onSocketData(data: Buffer): void;
}

/** The library numbers states after which there is no connection any more below this: closing, closed, expired, refused. */
const firstLiveState = 0;

/**
 * A client of node-zookeeper-client, mended where that would end the whole process when a server dies at a bad moment: it
 * takes what a broken connection left half said for the beginning of the next one, connects again after it was closed
 * and then takes the greeting for an answer, and throws what it cannot read where nobody can catch it. Here the
 * connection is dropped instead: calls under way fail as for any that breaks, and a client that is closed stays so.
 */
export function makeClient(hosts: string, sessionTimeoutMs: number): Client {
  const client = createClient(hosts, { sessionTimeout: sessionTimeoutMs });
  const { connectionManager: manager } = client as Client & { readonly connectionManager: ConnectionManager };
  const connected = manager.onSocketConnected.bind(manager);
  const data = manager.onSocketData.bind(manager);
  manager.onSocketConnected = () => {
    manager.pendingBuffer = null;
    if (manager.state < firstLiveState) manager.socket.destroy(new Error("closed meanwhile"));
    else connected();
  };
  manager.onSocketData = (bytes) => {
    try {
      data(bytes);
    } catch (error) {
      manager.socket.destroy(error instanceof Error ? error : new Error("an answer that cannot be read"));
    }
  };
  return client;
}
