import { createServer } from 'node:net';

const loopback = '127.0.0.1';

/** Whether a server could listen on `port` of `host` now. */
export function isPortFree(port: number, host: string = loopback): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * A loopback port nothing listens on, asked of the kernel. `preferred` wins while it is free, so that addresses
 * stay the same from one start to the next. Nothing reserves it: the caller binds it at once.
 */
export async function findFreePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred))) return preferred;
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port: 0, host: loopback }, () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('the kernel gave no port'));
        else resolve(address.port);
      });
    });
  });
}
