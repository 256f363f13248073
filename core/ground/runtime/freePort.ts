import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const loopback = '127.0.0.1';
/**
 * Below the range from which kernels assign ports (Linux from 32768, macOS and Windows from 49152): a port in that
 * range may be taken by any connection between its check and its use.
 */
const lowestPort = 20_000;
const portCount = 12_000;
const longestSearch = 100;
/** Drawn by this process, and perhaps not bound yet: each is drawn once. */
const drawnBefore = new Set<number>();

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
 * A loopback port on which no program listens. `preferred` wins while it is free, so that addresses stay the same
 * from one start to the next; none of `reserved` is chosen. It is not reserved: the caller should bind it soon.
 */
export async function findFreePort({
  preferred,
  reserved = [],
}: {
  preferred?: number | undefined;
  reserved?: readonly number[];
} = {}): Promise<number> {
  if (preferred !== undefined && !reserved.includes(preferred) && (await isPortFree(preferred)))
    return preferred;
  if (drawnBefore.size > portCount / 2) drawnBefore.clear();
  for (let tries = 0; tries < longestSearch; tries += 1) {
    const port = lowestPort + randomInt(portCount);
    if (drawnBefore.has(port) || reserved.includes(port)) continue;
    drawnBefore.add(port);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`none of ${longestSearch} ports tried from ${lowestPort} on is free`);
}
