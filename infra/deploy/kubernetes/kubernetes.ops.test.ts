import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { modelFolders } from '@star-graph/workflows/models/loaders';
import { beforeAll, describe, expect, test } from 'vitest';
import { findTypeFaults } from './checkTypes.ts';
import { type KubeObject, type PodSpec, requireObject, workloadsOf } from './objects.ts';
import { findLoose, findUnbounded, findUnrestricted, findUnwatched } from './policyFaults.ts';
import { canReach, type Peer } from './reachability.ts';
import { renderKustomize } from './renderKustomize.ts';

const overlays = ['overlays/small', 'overlays/production', 'testing/doors', 'testing/everything'];
const rendered = new Map<string, KubeObject[]>();
const of = (overlay: string): KubeObject[] => structuredClone(rendered.get(overlay) ?? []);
beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../cli/dashboards.ts')]);
  for (const overlay of overlays) rendered.set(overlay, await renderKustomize(overlay));
});

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const podOf = (objects: readonly KubeObject[], kind: string, name: string): PodSpec =>
  (requireObject(objects, kind, name).spec?.template as { spec: PodSpec } | undefined)?.spec ?? {
    containers: [],
  };

/** The settings that API, dispatchers and backups share. */
const settingsOf = (objects: readonly KubeObject[]): Record<string, string> =>
  objects.find(({ kind, metadata }) => kind === 'ConfigMap' && /^star-graph-\w{10}$/.test(metadata.name))
    ?.data ?? {};

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
      expect(image).toMatch(/^star-graph\/(?!drain)/.test(image) ? new RegExp(`:${version}$`) : /:\d/);
  });
});

const pod = (component: string, namespace = 'star-graph'): Peer => ({
  labels: { 'app.kubernetes.io/name': 'star-graph', 'app.kubernetes.io/component': component },
  namespace,
});
const prometheus: Peer = { labels: { 'app.kubernetes.io/name': 'prometheus' }, namespace: 'monitoring' };
const components = ['api', 'dispatcher', 'bot', 'migrate', 'backup', 'gpu'];
const peers: Record<string, Peer> = {
  ...Object.fromEntries(components.map((one) => [one, pod(one)])),
  stranger: { labels: {}, namespace: 'star-graph' },
  impostor: pod('dispatcher', 'default'),
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
  expect(out.filter((to) => to !== 'gateway' && to !== 'prometheus')).toEqual(['api']);
});

test('the API, the stores and the metrics are reached by whom they are for', () => {
  const objects = of('testing/everything');
  expect(reaches(objects, 'api', 8080)).toEqual(['bot', 'gpu', 'gateway']);
  for (const component of ['api', 'dispatcher', 'bot'])
    expect([component, reaches(objects, component, 9464)]).toEqual([component, ['prometheus']]);
  expect(reaches(objects, 'lan', 3306).filter((one) => components.includes(one))).toEqual([
    'api',
    'dispatcher',
    'migrate',
    'backup',
  ]);
  expect(reaches(objects, 'lan', 6379).filter((one) => components.includes(one))).toEqual([
    'api',
    'dispatcher',
    'backup',
  ]);
  expect(reaches(objects, 'lan', 80).filter((one) => components.includes(one))).toEqual([]);
});

test('a door is closed until its component opens it, and reached through what leads to it alone', () => {
  const doors = { sdapi: 7860, graph: 8188 };
  for (const port of Object.values(doors))
    expect(reaches(of('overlays/production'), 'api', port)).toEqual([]);
  expect(JSON.stringify(of('overlays/production'))).not.toMatch(/SDAPI_PORT|GRAPH_PORT|GRAPH_DOOR/);
  const both = of('testing/doors');
  for (const port of Object.values(doors)) expect(reaches(both, 'api', port)).toEqual(['gateway']);
  expect(settingsOf(both)).toMatchObject({ SDAPI_PORT: '7860', GRAPH_PORT: '8188', GRAPH_DOOR: 'user' });
});

test('what Discord posts reaches the bot through the Gateway where its component opens the way, and nowhere else', () => {
  expect(reaches(of('overlays/production'), 'bot', 9467)).toEqual([]);
  expect(JSON.stringify(of('overlays/production'))).not.toContain('DISCORD_INTERACTIONS');
  const objects = of('testing/doors');
  expect(reaches(objects, 'bot', 9467)).toEqual(['gateway']);
  expect(podOf(objects, 'Deployment', 'star-graph-bot').containers[0]?.env).toEqual(
    expect.arrayContaining([
      { name: 'DISCORD_INTERACTIONS_PORT', value: '9467' },
      { name: 'DISCORD_INTERACTIONS_HOST', value: '0.0.0.0' },
    ]),
  );
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
  expect(['api', 'dispatcher', 'migrate', 'backup', 'gpu'].flatMap(out)).not.toContain('metadata');
  for (const from of components)
    expect(
      canReach(objects, {
        from: pod(from),
        port: 53,
        protocol: 'UDP',
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
  expect(comfyui?.lifecycle?.preStop).toEqual({
    httpGet: { path: '/drain', port: drain?.ports?.[0]?.containerPort },
  });
  const settingOf = (name: string) => drain?.env?.find((one) => one.name === name)?.value ?? '';
  expect(settingOf('DRAIN_PORT')).toBe(String(drain?.ports?.[0]?.containerPort));
  const data = settingsOf(objects);
  const [taskSeconds, drainSeconds] = [Number(data.TASK_TIMEOUT_SECONDS), Number(settingOf('DRAIN_SECONDS'))];
  expect(drainSeconds).toBeGreaterThan(taskSeconds);
  expect(gpu.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(drainSeconds + 30);
  const mounts = comfyui?.volumeMounts?.map(({ name }) => name);
  expect(mounts).not.toContain('drain');
});

test('the pool knows the GPU servers that run and no others, by the names that their drains use', () => {
  const objects = of('overlays/production');
  const { serviceName } = requireObject(objects, 'StatefulSet', 'star-graph-gpu').spec as {
    serviceName: string;
  };
  const service = requireObject(objects, 'Service', serviceName);
  const { ports } = service.spec as { ports: { name: string }[] };
  const port = ports[0]?.name;
  const domain = `${serviceName}.${service.metadata.namespace}.svc.cluster.local`;
  expect(settingsOf(objects)).toMatchObject({ COMFYUI_DISCOVERY: `dns+srv://_${port}._tcp.${domain}` });
  expect(settingsOf(objects)).not.toHaveProperty('COMFYUI_URLS');
  const [drain] = podOf(objects, 'StatefulSet', 'star-graph-gpu').initContainers ?? [];
  const { value } = drain?.env?.find(({ name }) => name === 'DRAIN_BACKEND_URL') ?? {};
  expect(value).toBe(`http://$(POD_NAME).${domain}:8188`);
});

test('a release changes nothing of the pods of GPU servers, which would drop their models', () => {
  const objects = of('overlays/production');
  const { initContainers = [], containers } = podOf(objects, 'StatefulSet', 'star-graph-gpu');
  const images = [...initContainers, ...containers].map(({ image }) => image.replace(/:.*/, ''));
  const released = workloadsOf(objects)
    .filter(({ object }) => object.metadata.name !== 'star-graph-gpu')
    .flatMap(({ containers: others }) => others.map(({ image }) => image.replace(/:.*/, '')));
  expect(images).toEqual(['star-graph/drain', 'registry.example/comfyui']);
  expect(released.filter((image) => images.includes(image))).toEqual([]);
});

test('GPU servers read every folder of models that a workflow may name', () => {
  const { data = {} } = requireObject(of('overlays/production'), 'ConfigMap', 'star-graph-models');
  const named = [...(data['models.yaml'] ?? '').matchAll(/^ {2}(\w+): \1$/gm)].map(([, folder]) => folder);
  expect(named).toEqual(expect.arrayContaining([...modelFolders, 'embeddings']));
});

test('servers are counted by what runs as well as by what waits', () => {
  const { triggers } = requireObject(of('testing/everything'), 'ScaledObject', 'star-graph-gpu').spec as {
    triggers: { metadata: { query: string; threshold: string; ignoreNullValues: string } }[];
  };
  expect(triggers.map(({ metadata }) => metadata)).toEqual([
    expect.objectContaining({ query: expect.stringContaining('star_graph_gpu_seconds_waiting_per_gpu') }),
    expect.objectContaining({ query: 'max(star_graph_open_tasks{state="running"})', threshold: '1' }),
  ]);
  expect(triggers.every(({ metadata }) => metadata.ignoreNullValues === 'false')).toBe(true);
});

test('a paused queue starts no server, since nothing would be sent to it', () => {
  const { triggers } = requireObject(of('testing/everything'), 'ScaledObject', 'star-graph-gpu').spec as {
    triggers: { metadata: { query: string } }[];
  };
  // Zero, and not nothing: that would count as a Prometheus that does not answer.
  expect(triggers[0]?.metadata.query).toMatch(/^max\(.*\) \* \(1 - max\(star_graph_queue_paused\)\)$/);
});

test('processes have the names in metrics that alerts and boards ask for', () => {
  const objects = of('overlays/production');
  const { jobLabel = '' } = requireObject(objects, 'PodMonitor', 'star-graph').spec as { jobLabel?: string };
  const jobs = ['api', 'dispatcher', 'bot'].map((name) => {
    const [found] = workloadsOf([requireObject(objects, 'Deployment', `star-graph-${name}`)]);
    return found?.labels[jobLabel];
  });
  expect(jobs).toEqual(['api', 'dispatcher', 'bot']);
  const boards = of('testing/everything').filter(
    ({ metadata }) => metadata.labels?.grafana_dashboard === '1',
  );
  expect(boards.map(({ metadata }) => metadata.name).sort()).toEqual(
    ['business', 'overview', 'pool', 'slo'].map((name) => `star-graph-board-${name}`),
  );
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
  expect(settingsOf(objects)).toMatchObject({ WAIT_FOR_SERVER_SECONDS: String(7 * 86_400) });
});

/** Each guard is taken out once: a check that finds nothing would otherwise look like one that is passed. */
describe('a manifest is refused', () => {
  test('whose way in leads to a port that is not there', () => {
    const objects = of('testing/doors');
    const service = requireObject(objects, 'Service', 'star-graph-api').spec as { ports: { name: string }[] };
    service.ports = service.ports.filter(({ name }) => name !== 'sdapi');
    expect(findLoose(objects)).toEqual([
      'HTTPRoute star-graph-sdapi leads to no port 7860 of star-graph-api',
    ]);
    const [container] = podOf(objects, 'Deployment', 'star-graph-api').containers;
    if (container) container.ports = container.ports?.filter(({ name }) => name !== 'graph') ?? [];
    expect(findLoose(objects)).toContain('Service star-graph-api leads to no port graph');
  });

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

  test('whose hook names a port of another container', () => {
    const objects = of('overlays/production');
    const [comfyui] = podOf(objects, 'StatefulSet', 'star-graph-gpu').containers;
    Object.assign(comfyui?.lifecycle?.preStop?.httpGet ?? {}, { port: 'drain' });
    expect(findLoose(objects)).toEqual(['StatefulSet star-graph-gpu has no port drain']);
  });

  test('whose GPU servers have no policy', () => {
    const objects = of('overlays/production').filter(({ metadata }) => metadata.name !== 'star-graph-deny');
    const bare = objects.filter(
      ({ kind, metadata }) => kind !== 'NetworkPolicy' || metadata.name !== 'star-graph-gpu',
    );
    expect(reaches(bare, 'gpu', 8188)).toContain('impostor');
  });
});
