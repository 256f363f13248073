import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testCertificates } from '../../../testing/services/certificates.ts';
import {
  startKubernetesApi,
  type TestKubernetesApi,
  type TestSlice,
} from '../../../testing/services/kubernetesApi.ts';
import { parseKubernetesSource } from './kubernetesSource.ts';

let api: TestKubernetesApi;
beforeEach(async () => {
  api = await startKubernetesApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const { signal } = new AbortController();
const find = async (name: string) => {
  const source = parseKubernetesSource(name, api);
  if (!source) throw new Error(`${name} is no source`);
  return source.find(signal);
};
const service = 'kubernetes://gpu/comfyui';
const slice = (endpoints: TestSlice['endpoints'], values: Partial<TestSlice> = {}): TestSlice => ({
  namespace: 'gpu',
  name: 'comfyui-x',
  ports: [{ name: 'http', port: 8188 }],
  endpoints,
  labels: { 'kubernetes.io/service-name': 'comfyui', app: 'comfyui', tier: 'gpu' },
  ...values,
});
const pod = (address: string, conditions?: TestSlice['endpoints'][number]['conditions']) => ({
  addresses: [address],
  ...(conditions ? { conditions } : {}),
});

test('pods that are ready are servers, pods that end leave', async () => {
  api.slices = [
    slice([pod('10.0.0.1', { ready: true }), pod('10.0.0.2', { ready: false }), pod('10.0.0.3')]),
    slice([pod('10.0.0.4', { ready: false, serving: true, terminating: true }), pod('169.254.169.254')]),
    slice([pod('10.0.0.9')], { labels: { 'kubernetes.io/service-name': 'other' } }),
    slice([pod('10.0.0.8')], { namespace: 'elsewhere' }),
  ];
  expect(await find(service)).toEqual({
    urls: ['http://10.0.0.1:8188', 'http://10.0.0.3:8188'],
    leaving: ['http://10.0.0.4:8188'],
    refused: ['169.254.169.254'],
  });
});

test('labels and the name of a port choose', async () => {
  const ports = [
    { name: 'metrics', port: 9000 },
    { name: 'http', port: 8188 },
  ];
  api.slices = [
    slice([pod('10.0.0.1')], { ports }),
    slice([pod('10.0.0.2')], { ports, labels: { app: 'other' } }),
  ];
  const found = await find('kubernetes://gpu?selector=app%3Dcomfyui,tier%3Dgpu&port=http');
  expect(found.urls).toEqual(['http://10.0.0.1:8188']);
});

test('a list of several pages is read to its end', async () => {
  api.slices = Array.from({ length: 450 }, (_, index) => slice([pod(`10.2.${index >> 8}.${index & 255}`)]));
  expect((await find(service)).urls).toHaveLength(450);
});

test('a list that ends between two pages is no answer', async () => {
  api.slices = Array.from({ length: 450 }, (_, index) => slice([pod(`10.2.${index >> 8}.${index & 255}`)]));
  const source = parseKubernetesSource(service, {
    directory: api.directory,
    // Between the pages the server forgets the list.
    get url() {
      api.compact();
      return api.url;
    },
  });
  await expect(source?.find(signal)).rejects.toThrow(/410/);
});

test('a renewed token is used at once', async () => {
  api.slices = [slice([pod('10.0.0.1')])];
  await find(service);
  await api.rotateToken();
  expect((await find(service)).urls).toHaveLength(1);
  await writeFile(join(api.directory, 'token'), 'forged');
  await expect(find(service)).rejects.toThrow(/401/);
});

test('a missing right is no empty answer, nor is another server', async () => {
  await expect(find('kubernetes://elsewhere/comfyui')).rejects.toThrow(/403/);
  await expect(find('kubernetes://gpu?selector=%3D%3D')).rejects.toThrow(/400/);
  await writeFile(join(api.directory, 'ca.crt'), testCertificates.misnamed);
  await expect(find(service)).rejects.toThrow();
});

test('what is no Kubernetes source is not read as one', () => {
  const wrong = [
    'kubernetes://gpu',
    'kubernetes://gpu/a/b',
    'kubernetes://gpu/a?selector=b',
    'kubernetes://gpu:1/a',
    'kubernetes://gpu/a?x=1',
  ];
  for (const name of wrong) expect(parseKubernetesSource(name, api)).toBeUndefined();
});
