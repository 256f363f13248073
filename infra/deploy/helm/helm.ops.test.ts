import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { findTypeFaults } from '../kubernetes/testing/checkTypes.ts';
import type { KubeObject } from '../kubernetes/testing/objects.ts';
import {
  findLoose,
  findUnbounded,
  findUnrestricted,
  findUnwatched,
} from '../kubernetes/testing/policyFaults.ts';
import { renderKustomize } from '../kubernetes/testing/renderKustomize.ts';
import {
  type ChartRenderer,
  chart,
  createChartRenderer,
  readValues,
  type Values,
} from './testing/renderChart.ts';

let renderer: ChartRenderer;
beforeAll(async () => {
  renderer = await createChartRenderer();
  return () => renderer[Symbol.asyncDispose]();
}, 600_000);

/** Left to the tool: the namespace, the order of its hooks, the hash that starts new pods. */
const isOfTool = (name: string): boolean => /^(argocd\.argoproj\.io|helm\.sh|checksum)\//.test(name);

function withoutTool(objects: readonly KubeObject[]): Record<string, unknown> {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(/^star-graph-[a-z0-9]{10}$/, 'star-graph');
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value)
      .filter(([name]) => !isOfTool(name) && name !== 'namespace')
      .map(([name, inner]) => [name, clean(inner)] as const);
    return Object.fromEntries(
      entries.filter(
        ([name, inner]) => name !== 'annotations' || Object.keys(inner as Record<string, unknown>).length > 0,
      ),
    );
  };
  return Object.fromEntries(
    objects
      .filter(({ kind }) => kind !== 'Namespace')
      .map((object) => {
        const cleaned = clean(object) as KubeObject;
        return [`${cleaned.kind} ${cleaned.metadata.name}`, cleaned] as const;
      }),
  );
}

test.each([
  ['values.yaml', 'overlays/production'],
  ['values-small.yaml', 'overlays/small'],
])('the chart with %s is what kustomize makes of %s', async (values, overlay) => {
  const rendered = withoutTool(await renderer.render(await readValues(values)));
  expect(rendered).toEqual(withoutTool(await renderKustomize(overlay)));
});

const hosts = { sdapi: { host: 'a1111.pictures.example' }, graph: { host: 'graphs.pictures.example' } };

test('the chart with hosts for the doors is what kustomize makes of their components', async () => {
  const values: Values = { ...(await readValues('values.yaml')), doors: hosts };
  const [closed, opened] = [withoutTool(await renderer.render()), withoutTool(await renderer.render(values))];
  expect(opened).toEqual(withoutTool(await renderKustomize('testing/doors')));
  expect(JSON.stringify(closed)).not.toMatch(/SDAPI_PORT|GRAPH_PORT|GRAPH_DOOR|7860/);
});

const variants: Record<string, Values> = {
  'a gateway, and no server while nothing waits': {
    ingress: { enabled: false },
    httpRoute: { enabled: true },
    doors: hosts,
    gpu: { autoscaling: { minReplicas: 0 }, nodeSelector: { gpu: 'h100' } },
    images: { registry: 'registry.example', tag: '9.9.9' },
    api: { extraEnv: [{ name: 'STRIPE_SECRET_KEY_FILE', value: '/run/secrets/api/STRIPE_SECRET_KEY' }] },
    settings: { OPEN_TASKS_PER_USER: 20 },
  },
  'nothing that scales by itself': {
    api: { replicas: 4, autoscaling: { enabled: false } },
    gpu: { replicas: 2, autoscaling: { enabled: false } },
    bot: { enabled: false },
    observability: { podMonitor: false },
    networkPolicies: { enabled: false },
  },
};

test.each(Object.entries(variants))('a chart with %s fits every type and policy', async (_, values) => {
  const objects = await renderer.render(values);
  expect(await findTypeFaults(objects)).toEqual([]);
  expect([
    ...[...findUnrestricted(objects), ...findUnwatched(objects)],
    ...[...findUnbounded(objects), ...findLoose(objects)],
  ]).toEqual([]);
});

test('values reach what they name', async () => {
  const text = JSON.stringify(
    await renderer.render(variants['a gateway, and no server while nothing waits']),
  );
  for (const part of ['registry.example/star-graph/api:9.9.9', '"WAIT_FOR_SERVER_SECONDS":"604800"'])
    expect(text).toContain(part);
  expect(text).toContain('"OPEN_TASKS_PER_USER":"20"');
  const fixed = JSON.stringify(await renderer.render(variants['nothing that scales by itself']));
  expect(fixed).toContain('"replicas":4');
  expect(fixed).not.toMatch(/"kind":"(NetworkPolicy|ScaledObject|HorizontalPodAutoscaler|PodMonitor)"/);
});

test.each([
  [{ httpRoute: { enabled: true } }, 'choose one'],
  [{ preview: { enabled: true } }, 'would be given real tasks'],
  [{ gpu: { drainSeconds: 600 } }, 'would be cut off'],
  [{ gpu: { image: '' } }, 'an image of ComfyUI'],
])('values that cannot work together are refused: %j', async (values, reason) => {
  await expect(renderer.render(values)).rejects.toThrow(reason);
});

describe('the schema of the values', () => {
  const read = async () => {
    const schema = JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8'));
    return new Ajv({ strict: false }).compile(schema);
  };

  test('takes the values of the chart and knows each of them', async () => {
    const validate = await read();
    for (const name of ['values.yaml', 'values-small.yaml']) {
      validate(await readValues(name));
      expect(validate.errors).toBeNull();
    }
  });

  test.each([
    [{ dispatchers: { replicas: 3 } }],
    [{ api: { replicas: '3' } }],
    [{ publicUrl: 'pictures.example' }],
    [{ doors: { sdapi: { host: 'https://a1111.pictures.example' } } }],
    [{ doors: { graph: { role: 'everybody' } } }],
    [{ gpu: { image: 'registry.example/comfyui' } }],
    [{ settings: { DATABASE_URL: 'mysql://…' } }],
  ])('refuses %j', async (values) => {
    const validate = await read();
    expect(validate(values)).toBe(false);
  });
});

test('the chart has the version of the release', async () => {
  const { version } = JSON.parse(await readFile(join(chart, '../../../package.json'), 'utf8'));
  const about = parse(await readFile(join(chart, 'Chart.yaml'), 'utf8'));
  expect([about.version, about.appVersion]).toEqual([version, version]);
});
