import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';

/**
 * Gives out a free loopback port by name, the same as last time if it is still free: backends are known by their
 * address, and a new port at each start would look like a new backend. Never one of `reserved`, which another process
 * will take later, nor that of another name.
 */
export async function rememberPort(
  dataDir: string,
  name: string,
  reserved: readonly number[] = [],
): Promise<number> {
  const file = join(dataDir, 'ports.json');
  const ports = readPorts(file);
  const { [name]: preferred, ...others } = ports;
  const port = await findFreePort({ preferred, reserved: [...reserved, ...Object.values(others)] });
  if (ports[name] !== port) writeFileSync(file, `${JSON.stringify({ ...ports, [name]: port }, null, 2)}\n`);
  return port;
}

/** The one that was given out last. */
export const findPort = (dataDir: string, name: string): number | undefined =>
  readPorts(join(dataDir, 'ports.json'))[name];

/** A missing or damaged file only loses the earlier ports. */
function readPorts(file: string): Record<string, number> {
  try {
    const ports: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof ports !== 'object' || ports === null) return {};
    return Object.fromEntries(
      Object.entries(ports).filter(([, port]) => Number.isInteger(port) && port > 1023 && port < 65_536),
    );
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
