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
  const drawn = Array.from({ length: longestSearch }, () => lowestPort + randomInt(portCount));
  for (const port of preferred === undefined ? drawn : [preferred, ...drawn])
    if (!reserved.includes(port) && (await isPortFree(port))) return port;
  throw new Error(`none of ${longestSearch} ports tried from ${lowestPort} on is free`);
}
