import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { Config } from '../config.ts';
import { createDataConverter } from './codec.ts';

/** Reconnects within seconds of Temporal's return; gRPC's own back-off grows to two minutes. */
const OPTIONS: ConnectionOptions = {
  connectTimeout: 5000,
  channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2000 },
};

/**
 * A client that connects when it is first used, so that a process starts while Temporal is away. Calls have no limit of
 * their own: give each one with `client.connection.withDeadline`.
 */
export function createTemporalClient(config: Pick<Config, 'temporal' | 'keys'>): Client & { connection: Connection } {
  const { address, namespace } = config.temporal;
  const connection = Connection.lazy({ ...OPTIONS, address });
  const client = new Client({ connection, namespace, dataConverter: createDataConverter(config.keys.codec) });
  return client as Client & { connection: Connection };
}

/** Whether the namespace answers, within a second. */
export async function pingTemporal(connection: Connection, namespace: string): Promise<boolean> {
  try {
    const describe = () => connection.workflowService.describeNamespace({ namespace });
    await connection.withDeadline(Date.now() + 1000, describe);
    return true;
  } catch {
    return false;
  }
}
