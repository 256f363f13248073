import { NODATA, NOTFOUND, promises } from 'node:dns';
import { type Place, sortPlaces } from './places.ts';
import type { Source } from './source.ts';

type RecordType = 'A' | 'AAAA' | 'SRV';

const types: Readonly<Record<string, RecordType>> = { 'dns+a': 'A', 'dns+aaaa': 'AAAA', 'dns+srv': 'SRV' };
const timeoutMs = 2_000;
const tries = 2;

/**
 * `dns+a://name:port`, `dns+aaaa://name:port`, `dns+srv://_service._tcp.name`.
 * @param servers other than the system's, in tests.
 * @returns undefined for another kind of source, or one that is not written like this.
 */
export function parseDnsSource(name: string, servers?: readonly string[]): Source | undefined {
  const match = /^(dns\+a|dns\+aaaa|dns\+srv):\/\/([\w.-]+?)\.?(?::(\d{1,5}))?\/?$/.exec(name);
  const [, scheme = '', host = '', port] = match ?? [];
  const type = types[scheme];
  if (!type || (type === 'SRV') !== (port === undefined) || Number(port ?? 1) > 65_535) return undefined;
  const ask = type === 'SRV' ? askServices : (resolver: promises.Resolver) => askAddresses(resolver, type);
  return {
    name,
    async find(signal) {
      const resolver = new promises.Resolver({ timeout: timeoutMs, tries });
      if (servers) resolver.setServers(servers);
      const cancel = () => resolver.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        return { ...sortPlaces(await ask(resolver)), leaving: [] };
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };

  async function askAddresses(resolver: promises.Resolver, family: 'A' | 'AAAA'): Promise<Place[]> {
    const addresses = await orNone(family === 'A' ? resolver.resolve4(host) : resolver.resolve6(host));
    return addresses.map((address) => ({ host: address, port: Number(port) }));
  }

  async function askServices(resolver: promises.Resolver): Promise<Place[]> {
    const records = await orNone(resolver.resolveSrv(host));
    // The root as a target says that there is no such service (RFC 2782).
    return records
      .filter((record) => record.name !== '' && record.name !== '.')
      .map((record) => ({ host: record.name.replace(/\.$/, ''), port: record.port }));
  }
}

/** No name and no record are answers; a silent or failing server gives none. */
async function orNone<Item>(asking: Promise<Item[]>): Promise<Item[]> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === NOTFOUND || error.code === NODATA))
      return [];
    throw error;
  }
}
