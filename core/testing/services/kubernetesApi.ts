import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testAuthority, testCertificates, testKey } from './certificates.ts';

export interface TestSlice {
  namespace: string;
  name: string;
  labels: Record<string, string>;
  ports: { name?: string; port: number; protocol?: 'TCP' | 'UDP' }[];
  endpoints: {
    addresses: string[];
    conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
  }[];
}

export interface TestKubernetesApi extends AsyncDisposable {
  url: string;
  /** As the kubelet mounts it into a pod: `token`, `ca.crt`. */
  directory: string;
  slices: TestSlice[];
  /** Namespaces in which the account may list EndpointSlices. */
  allowed: Set<string>;
  /** Ends the present token, and writes another one into the folder. */
  rotateToken(): Promise<void>;
  /** Ends every list that has begun: its further pages are gone. */
  compact(): void;
}

/** The part of a Kubernetes API server that lists EndpointSlices: infra/docs/testing/kubernetes.md. */
export async function startKubernetesApi(): Promise<TestKubernetesApi> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-account-'));
  await writeFile(join(directory, 'ca.crt'), testAuthority);
  let [token, tokens, version] = ['', 0, 1];
  const server = createServer({ cert: testCertificates.good, key: testKey });
  const api: TestKubernetesApi = {
    url: '',
    directory,
    slices: [],
    allowed: new Set(['gpu']),
    async rotateToken() {
      token = `token-${++tokens}`;
      await writeFile(join(directory, 'token'), `${token}\n`);
    },
    compact() {
      version += 1;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await rm(directory, { recursive: true });
    },
  };
  await api.rotateToken();
  server.on('request', (request, response) => {
    const { code, body } = answer(api, { token, version }, request);
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  api.url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return api;
}

interface Reply {
  code: number;
  body: object;
}

const refuse = (code: number, reason: string): Reply => ({
  code,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code },
});

function answer(
  api: TestKubernetesApi,
  { token, version }: { token: string; version: number },
  request: IncomingMessage,
): Reply {
  const { pathname, searchParams } = new URL(request.url ?? '', api.url);
  if (request.headers.authorization !== `Bearer ${token}`) return refuse(401, 'Unauthorized');
  const [, namespace] =
    /^\/apis\/discovery\.k8s\.io\/v1\/namespaces\/([^/]+)\/endpointslices$/.exec(pathname) ?? [];
  if (namespace === undefined) return refuse(404, 'NotFound');
  if (request.method !== 'GET' || !api.allowed.has(namespace)) return refuse(403, 'Forbidden');
  const matches = parseSelector(searchParams.get('labelSelector') ?? '');
  const limit = Number(searchParams.get('limit') ?? 0);
  if (!matches || !Number.isInteger(limit) || limit < 0) return refuse(400, 'BadRequest');
  const [begunAt = version, start = 0] = (searchParams.get('continue') ?? '')
    .split(':')
    .filter(Boolean)
    .map(Number);
  if (begunAt !== version) return refuse(410, 'Expired');
  const all = api.slices.filter((slice) => slice.namespace === namespace && matches(slice.labels));
  const end = limit === 0 ? all.length : start + limit;
  const rest =
    end < all.length ? { continue: `${version}:${end}`, remainingItemCount: all.length - end } : {};
  return {
    code: 200,
    body: {
      kind: 'EndpointSliceList',
      apiVersion: 'discovery.k8s.io/v1',
      metadata: { resourceVersion: String(version), ...rest },
      items: all.slice(start, end).map(presentSlice),
    },
  };
}

const presentSlice = ({ name, namespace, labels, ports, endpoints }: TestSlice) => ({
  metadata: { name, namespace, labels },
  addressType: 'IPv4',
  ports: ports.map((port) => ({ name: '', protocol: 'TCP', ...port })),
  endpoints,
});

/** Equality alone. @returns undefined for what is no selector. */
function parseSelector(text: string): ((labels: Record<string, string>) => boolean) | undefined {
  const pairs = text.split(',').map((part) => /^([\w./-]+)==?([\w.-]*)$/.exec(part));
  if (text !== '' && pairs.some((pair) => pair === null)) return undefined;
  return (labels) => pairs.every((pair) => pair === null || labels[pair[1] ?? ''] === pair[2]);
}
