import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { z } from 'zod';
import { type Place, sortPlaces } from './places.ts';
import type { Found, Source } from './source.ts';

/** How a pod reaches the API server of its cluster. */
export interface ClusterAccess {
  /** Of `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`. */
  url: string;
  /** Has `token` and `ca.crt`, which the kubelet renews: they are read for each list. */
  directory: string;
}

export const accountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

const timeoutMs = 5_000;
const mostBytes = 16_000_000;
const pageSize = 200;
const mostPages = 20;

const condition = z.boolean().nullish();
const sliceSchema = z.object({
  ports: z
    .array(z.object({ name: z.string().nullish(), port: z.int().nullish(), protocol: z.string().nullish() }))
    .nullish(),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()),
        conditions: z.object({ ready: condition, terminating: condition }).nullish(),
      }),
    )
    .nullish(),
});
const listSchema = z.object({
  kind: z.literal('EndpointSliceList'),
  metadata: z.object({ continue: z.string().nullish() }),
  items: z.array(sliceSchema).nullish(),
});
type Slice = z.output<typeof sliceSchema>;

/**
 * `kubernetes://namespace/service`, or `kubernetes://namespace?selector=app%3Dcomfyui` for the EndpointSlices with these
 * labels; `port=name` chooses one of several ports.
 * @returns undefined for another kind of source, or one that is not written like this.
 */
export function parseKubernetesSource(name: string, access: ClusterAccess): Source | undefined {
  if (!name.startsWith('kubernetes://') || !URL.canParse(name)) return undefined;
  const { hostname: namespace, pathname, searchParams, port, username, hash } = new URL(name);
  const service = pathname.replace(/^\//, '');
  const selector = searchParams.get('selector') ?? '';
  const isOdd = [...searchParams.keys()].some((key) => key !== 'selector' && key !== 'port');
  if (isOdd || port !== '' || username !== '' || hash !== '') return undefined;
  if (!/^[a-z0-9-]+$/.test(namespace) || !/^[a-z0-9-]*$/.test(service)) return undefined;
  if ((service === '') === (selector === '')) return undefined;
  const query = {
    namespace,
    labels: service === '' ? selector : `kubernetes.io/service-name=${service}`,
    portName: searchParams.get('port') ?? undefined,
  };
  return { name, find: async (signal) => collect(await listSlices(access, query, signal), query.portName) };
}

/** All pages, or an error: half of a list would look like servers that have gone. */
async function listSlices(
  access: ClusterAccess,
  { namespace, labels }: { namespace: string; labels: string },
  signal: AbortSignal,
): Promise<Slice[]> {
  const [token, ca] = await Promise.all(
    ['token', 'ca.crt'].map((file) => readFile(join(access.directory, file), 'utf8')),
  );
  const slices: Slice[] = [];
  let next: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const url = new URL(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, access.url);
    url.searchParams.set('labelSelector', labels);
    url.searchParams.set('limit', String(pageSize));
    if (next !== undefined) url.searchParams.set('continue', next);
    const text = await get(url, { token: token?.trim() ?? '', ca: ca ?? '' }, signal);
    const { items, metadata } = listSchema.parse(JSON.parse(text));
    slices.push(...(items ?? []));
    if (!metadata.continue) return slices;
    next = metadata.continue;
  }
  throw new Error(`the list has more than ${mostPages} pages`);
}

/** The file's authority alone is trusted. Redirects are answers, and the token goes nowhere else. */
async function get(url: URL, account: { token: string; ca: string }, signal: AbortSignal): Promise<string> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const headers = { authorization: `Bearer ${account.token}`, accept: 'application/json' };
  return new Promise((resolve, reject) => {
    const sending = request(url, { ca: account.ca, headers, agent: false, signal: limit }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > mostBytes) sending.destroy(new Error(`the answer has more than ${mostBytes} bytes`));
      });
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`the API server answered ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    sending.on('error', reject);
    sending.end();
  });
}

/**
 * A pod that is ready takes work; without a word about it, it counts as ready. One that is told to end leaves. One that
 * is neither counts as missing: it may be ready again before the patience ends.
 */
function collect(slices: readonly Slice[], portName: string | undefined): Found {
  const [ready, leaving]: [Place[], Place[]] = [[], []];
  for (const slice of slices) {
    const port = slice.ports?.find(
      (one) => (one.protocol ?? 'TCP') === 'TCP' && (portName === undefined || one.name === portName),
    )?.port;
    if (!port) continue;
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      const places = conditions?.terminating ? leaving : (conditions?.ready ?? true) ? ready : [];
      // All of a pod's addresses are the same pod, and the first one is the one to use.
      if (addresses[0] !== undefined) places.push({ host: addresses[0], port });
    }
  }
  const { urls, refused } = sortPlaces(ready);
  // A pod may stand in two slices while it moves from one to the other.
  return { urls, refused, leaving: sortPlaces(leaving).urls.filter((url) => !urls.includes(url)) };
}
