import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';

/**
 * A loopback port that no other program finds free while it is held. The addresses of all processes are given out
 * before the first of them starts, and some start many minutes later.
 */
export interface HeldPort {
  readonly port: number;
  /** Before its process listens. */
  release(): Promise<void>;
  /** Again, after its process has ended. */
  hold(): Promise<void>;
}

export async function holdFreePort(): Promise<HeldPort> {
  const port = await findFreePort();
  let holder: Server | undefined;
  async function hold(): Promise<void> {
    // It must not keep this process alive.
    const server = createServer().unref();
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    holder = server;
  }
  await hold();
  return {
    port,
    hold,
    async release() {
      const server = holder;
      holder = undefined;
      if (server) await new Promise((resolve) => server.close(resolve));
    },
  };
}
