import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDnsServer, type TestDnsServer } from '../../../testing/services/dnsServer.ts';
import { parseDnsSource } from './dnsSource.ts';

let dns: TestDnsServer;
beforeAll(async () => {
  dns = await startDnsServer();
});
beforeEach(() => {
  dns.records = [];
  dns.fault = undefined;
});
afterAll(() => dns[Symbol.asyncDispose]());

const { signal } = new AbortController();
const find = async (name: string) => {
  const source = parseDnsSource(name, [dns.address]);
  if (!source) throw new Error(`${name} is no source`);
  return source.find(signal);
};
const address = (data: string) => ({ type: 'A' as const, name: 'comfyui.example', ttl: 0, data });

test('each address of a name is a server', async () => {
  dns.records = [
    address('10.0.0.2'),
    address('10.0.0.1'),
    { type: 'AAAA', name: 'comfyui.example', ttl: 0, data: 'fd00::7' },
  ];
  expect((await find('dns+a://comfyui.example:8188')).urls).toEqual([
    'http://10.0.0.1:8188',
    'http://10.0.0.2:8188',
  ]);
  expect((await find('dns+aaaa://comfyui.example:80')).urls).toEqual(['http://[fd00::7]']);
});

test('a service record names a server with its port', async () => {
  const record = (target: string, port: number) => ({
    type: 'SRV' as const,
    name: '_comfyui._tcp.example',
    data: { target, port, priority: 0, weight: 0 },
  });
  dns.records = [record('gpu1.example', 8188), record('gpu2.example', 8189)];
  expect((await find('dns+srv://_comfyui._tcp.example')).urls).toEqual([
    'http://gpu1.example:8188',
    'http://gpu2.example:8189',
  ]);
});

test('link-local and metadata addresses are no servers', async () => {
  dns.records = ['169.254.169.254', '10.0.0.1', '168.63.129.16'].map(address);
  expect(await find('dns+a://comfyui.example:8188')).toMatchObject({
    urls: ['http://10.0.0.1:8188'],
    refused: expect.arrayContaining(['169.254.169.254', '168.63.129.16']),
  });
});

test('no name and no record are empty answers, a failing server is none', async () => {
  expect((await find('dns+a://comfyui.example:8188')).urls).toEqual([]);
  dns.records = [address('10.0.0.1')];
  expect((await find('dns+aaaa://comfyui.example:8188')).urls).toEqual([]);
  for (const fault of ['SERVFAIL', 'REFUSED'] as const) {
    dns.fault = fault;
    await expect(find('dns+a://comfyui.example:8188')).rejects.toThrow();
  }
});

test('a name server that is away is no empty answer', async () => {
  const gone = await startDnsServer();
  await gone[Symbol.asyncDispose]();
  const source = parseDnsSource('dns+a://comfyui.example:8188', [gone.address]);
  await expect(source?.find(signal)).rejects.toThrow();
});

test('more servers than a pool can have are a mistake', async () => {
  dns.records = Array.from({ length: 1_001 }, (_, index) => address(`10.1.${index >> 8}.${index & 255}`));
  await expect(find('dns+a://comfyui.example:8188')).rejects.toThrow(/more than 1000/);
});

test('what is no DNS source is not read as one', () => {
  const wrong = [
    'dns+a://comfyui.example',
    'dns+a://x:99999',
    'dns+srv://x:1',
    'dns+mx://x:1',
    'dns+a://u@x:1',
  ];
  for (const name of wrong) expect(parseDnsSource(name)).toBeUndefined();
});
