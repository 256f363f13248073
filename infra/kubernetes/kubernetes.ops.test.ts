import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { findTypeFaults } from './testing/checkTypes.ts';
import { type KubeObject, type PodSpec, requireObject, workloadsOf } from './testing/objects.ts';
import { findLoose, findUnbounded, findUnrestricted, findUnwatched } from './testing/policyFaults.ts';
import { canReach, type Peer } from './testing/reachability.ts';
import { renderKustomize } from './testing/renderKustomize.ts';

const overlays = ['overlays/small', 'overlays/production', 'testing/everything'];
const rendered = new Map<string, KubeObject[]>();
const of = (overlay: string): KubeObject[] => structuredClone(rendered.get(overlay) ?? []);
beforeAll(async () => {
  for (const overlay of overlays) rendered.set(overlay, await renderKustomize(overlay));
});

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const podOf = (objects: readonly KubeObject[], kind: string, name: string): PodSpec =>
  (requireObject(objects, kind, name).spec?.template as { spec: PodSpec } | undefined)?.spec ?? {
    containers: [],
  };

describe.each(overlays)('%s', (overlay) => {
  test('every object fits the types of its API', { timeout: 120_000 }, async () => {
    expect(of(overlay).length).toBeGreaterThan(15);
    expect(await findTypeFaults(of(overlay))).toEqual([]);
  });

  test('every pod is restricted and has no token', () => {
    expect(findUnrestricted(of(overlay))).toEqual([]);
  });

  test('everything that runs has a budget, probes and bounds', () => {
    expect([...findUnwatched(of(overlay)), ...findUnbounded(of(overlay))]).toEqual([]);
  });

  test('every selector, port, volume and account leads somewhere', () => {
    expect(findLoose(of(overlay))).toEqual([]);
  });

  test('no secret has a value, and each is mounted as files', () => {
    expect(of(overlay).filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const values = JSON.stringify(of(overlay).filter(({ kind }) => kind !== 'PodMonitor'));
    expect(values).not.toMatch(/secretKeyRef|secretRef"|mysql:\/\/|sgs_|sgk_/);
    const secrets = workloadsOf(of(overlay)).flatMap(({ pod, containers }) =>
      containers.flatMap(({ volumeMounts = [] }) =>
        volumeMounts.filter(({ name }) => pod.volumes?.some((one) => one.name === name && one.secret)),
      ),
    );
    expect(secrets.every(({ readOnly }) => readOnly)).toBe(true);
  });

  test('every image of ours has the tag of this release', () => {
    const images = workloadsOf(of(overlay)).flatMap(({ containers }) => containers.map(({ image }) => image));
    for (const image of images)
      expect(image).toMatch(image.startsWith('star-graph/') ? new RegExp(`:${version}$`) : /:\d/);
  });
});

const pod = (component: string, namespace = 'star-graph'): Peer => ({
  labels: { 'app.kubernetes.io/name': 'star-graph', 'app.kubernetes.io/component': component },
  namespace,
});
const prometheus: Peer = { labels: { 'app.kubernetes.io/name': 'prometheus' }, namespace: 'monitoring' };
const components = ['api', 'dispatcher', 'bot', 'migrate', 'gpu'];
const peers: Record<string, Peer> = {
  ...Object.fromEntries(components.map((one) => [one, pod(one)])),
  stranger: { labels: {}, namespace: 'star-graph' },
  impostor: pod('dispatcher', 'default'),
  ingress: { labels: {}, namespace: 'ingress-nginx' },
  gateway: { labels: {}, namespace: 'gateway' },
  prometheus,
  internet: { address: '93.184.215.14' },
  metadata: { address: '169.254.169.254' },
  lan: { address: '10.1.2.3' },
};
const reaches = (objects: readonly KubeObject[], to: string, port: number): string[] =>
  Object.keys(peers).filter(
    (from) =>
      from !== to && canReach(objects, { from: peers[from] ?? pod(''), to: peers[to] ?? pod(''), port }),
  );

test('GPU servers are reached by dispatchers alone, and reach the API alone', () => {
  const objects = of('testing/everything');
  expect(reaches(objects, 'gpu', 8188)).toEqual(['dispatcher']);
  const out = Object.keys(peers).filter((to) =>
    [80, 443, 3306, 6379, 8080, 8188, 9464].some((port) =>
      canReach(objects, { from: pod('gpu'), to: peers[to] ?? pod(''), port }),
    ),
  );
  // A pod of its own kind is no other server: none is let in.
  expect(out.filter((to) => to !== 'ingress' && to !== 'gateway' && to !== 'prometheus')).toEqual(['api']);
});

test('the API, the stores and the metrics are reached by whom they are for', () => {
  const objects = of('testing/everything');
  expect(reaches(objects, 'api', 8080)).toEqual(['bot', 'gpu', 'ingress', 'gateway']);
  for (const component of ['api', 'dispatcher', 'bot'])
    expect([component, reaches(objects, component, 9464)]).toEqual([component, ['prometheus']]);
  expect(reaches(objects, 'lan', 3306).filter((one) => components.includes(one))).toEqual([
    'api',
    'dispatcher',
    'migrate',
  ]);
  expect(reaches(objects, 'lan', 6379).filter((one) => components.includes(one))).toEqual([
    'api',
    'dispatcher',
  ]);
  expect(reaches(objects, 'lan', 80).filter((one) => components.includes(one))).toEqual([]);
});

test('the bot reaches Discord and the API, and nobody the metadata of the cloud', () => {
  const objects = of('testing/everything');
  const out = (from: string) =>
    ['api', 'dispatcher', 'gpu', 'internet', 'lan', 'metadata'].filter((to) =>
      [80, 443, 3306, 6379, 8080, 8188].some((port) =>
        canReach(objects, { from: pod(from), to: peers[to] ?? pod(''), port }),
      ),
    );
  expect(out('bot')).toEqual(['api', 'internet']);
  expect(['api', 'dispatcher', 'migrate', 'gpu'].flatMap(out)).not.toContain('metadata');
  for (const from of components)
    expect(
      canReach(objects, {
        ...{ from: pod(from), port: 53, protocol: 'UDP' },
        to: { labels: { 'k8s-app': 'kube-dns' }, namespace: 'kube-system' },
      }),
    ).toBe(true);
});

test('a GPU server is stopped only after its drain, which may take a task’s time', () => {
  const objects = of('overlays/production');
  const { initContainers = [], containers, ...gpu } = podOf(objects, 'StatefulSet', 'star-graph-gpu');
  const [drain] = initContainers;
  const [comfyui] = containers;
  // A sidecar that ends after the container whose hook it answers.
  expect(drain).toMatchObject({ name: 'drain', restartPolicy: 'Always' });
  expect(comfyui?.lifecycle?.preStop).toEqual({ httpGet: { path: '/drain', port: 'drain' } });
  const settingOf = (name: string) => drain?.env?.find((one) => one.name === name)?.value ?? '';
  expect(settingOf('DRAIN_PORT')).toBe(String(drain?.ports?.[0]?.containerPort));
  const { data = {} } =
    objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name !== 'star-graph-models') ?? {};
  const [taskSeconds, drainSeconds] = [Number(data.TASK_TIMEOUT_SECONDS), Number(settingOf('DRAIN_SECONDS'))];
  expect(drainSeconds).toBeGreaterThan(taskSeconds);
  expect(gpu.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(drainSeconds + 30);
  const mounts = comfyui?.volumeMounts?.map(({ name }) => name);
  expect(mounts).not.toContain('drain');
});

test('the pool names every GPU server that may be started', () => {
  const objects = of('overlays/production');
  const { maxReplicaCount } = requireObject(objects, 'ScaledObject', 'star-graph-gpu').spec as {
    maxReplicaCount: number;
  };
  const { serviceName } = requireObject(objects, 'StatefulSet', 'star-graph-gpu').spec as {
    serviceName: string;
  };
  const urls = Array.from(
    { length: maxReplicaCount },
    (_, at) => `http://star-graph-gpu-${at}.${serviceName}:8188`,
  );
  const config = objects.find(({ kind, data }) => kind === 'ConfigMap' && data?.COMFYUI_URLS);
  expect(config?.data?.COMFYUI_URLS?.split(',')).toEqual(urls);
  const [drain] = podOf(objects, 'StatefulSet', 'star-graph-gpu').initContainers ?? [];
  const { value = '' } = drain?.env?.find(({ name }) => name === 'DRAIN_BACKEND_URL') ?? {};
  expect(value.replace('$(POD_NAME)', 'star-graph-gpu-0')).toBe(urls[0]);
});

test('nothing that scales by itself has its number in a manifest', () => {
  const objects = of('overlays/production');
  for (const [kind, name] of [
    ['Deployment', 'star-graph-api'],
    ['StatefulSet', 'star-graph-gpu'],
  ] as const)
    expect(requireObject(objects, kind, name).spec?.replicas).toBeUndefined();
  expect(requireObject(objects, 'Deployment', 'star-graph-dispatcher').spec?.replicas).toBe(2);
});

test('a pool without a server still accepts what would start one', () => {
  const objects = of('testing/everything');
  expect(requireObject(objects, 'ScaledObject', 'star-graph-gpu').spec).toMatchObject({ minReplicaCount: 0 });
  const config = objects.find(({ kind, data }) => kind === 'ConfigMap' && data?.COMFYUI_URLS);
  expect(Number(config?.data?.WAIT_FOR_SERVER_SECONDS)).toBe(7 * 86_400);
});

/** Each guard is taken out once: a check that finds nothing would otherwise look like one that is passed. */
describe('a manifest is refused', () => {
  const change = (name: string, edit: (pod: PodSpec) => void) => {
    const objects = of('overlays/production');
    edit(podOf(objects, 'Deployment', name));
    return objects;
  };

  test('with a field that its API does not know', { timeout: 120_000 }, async () => {
    const objects = change('star-graph-api', (spec) => {
      Object.assign(spec.containers[0] ?? {}, { imagePullPolice: 'Always' });
    });
    expect((await findTypeFaults(objects)).join()).toMatch(/Deployment star-graph-api: .*imagePullPolice/);
  });

  test.each([
    [
      'a writable root',
      (it: PodSpec) =>
        Object.assign(it.containers[0]?.securityContext ?? {}, { readOnlyRootFilesystem: false }),
    ],
    ['a token', (it: PodSpec) => Object.assign(it, { automountServiceAccountToken: true })],
    [
      'the right to be root',
      (it: PodSpec) => Object.assign(it.securityContext ?? {}, { runAsNonRoot: false }),
    ],
  ])('with %s', (_, edit) => {
    expect(findUnrestricted(change('star-graph-api', edit))).toHaveLength(1);
  });

  test('without a probe, bounds, or the port that a probe names', () => {
    const edit = (it: PodSpec) =>
      Object.assign(it.containers[0] ?? {}, { livenessProbe: undefined, resources: {}, ports: [] });
    const objects = change('star-graph-bot', edit);
    expect(findUnwatched(objects)).toHaveLength(1);
    expect(findUnbounded(objects)).toHaveLength(1);
    expect(new Set(findLoose(objects))).toEqual(new Set(['Deployment star-graph-bot has no port metrics']));
  });

  test('whose GPU servers have no policy', () => {
    const objects = of('overlays/production').filter(({ metadata }) => metadata.name !== 'star-graph-deny');
    const bare = objects.filter(
      ({ kind, metadata }) => kind !== 'NetworkPolicy' || metadata.name !== 'star-graph-gpu',
    );
    expect(reaches(bare, 'gpu', 8188)).toContain('impostor');
  });
});
