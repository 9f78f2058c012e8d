import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { UserFacingError } from './errors.ts';

const HOST = '127.0.0.1';

/** `count` different ports that are free now. Another process may take one before we do; there is no way to hold them. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => listen(0)));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
}

/** @throws UserFacingError naming the port, what wants it and the variable that moves it, when somebody else has it. */
export async function requireFreePort(port: number, wantedBy: string, variable: string): Promise<void> {
  try {
    await close(await listen(port));
  } catch {
    throw new UserFacingError(
      `Port ${port}, wanted by ${wantedBy}, is taken: stop what listens there, or choose another with ${variable}=<port>.`,
    );
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, HOST);
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
