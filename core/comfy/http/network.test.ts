import type { LookupAddress } from 'node:dns';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../ground/runtime/clock.ts';
import { startScriptedServer } from '../../testing/comfy/scriptedServer.ts';
import { testAuthority, testCertificates } from '../../testing/services/certificates.ts';
import { ComfyFault } from '../comfy.ts';
import { createComfyClient } from '../comfyClient.ts';
import { createBackendNetwork, ForbiddenAddress, type NetworkConfig, readAuthorities } from './network.ts';

function createClient(url: string, network: NetworkConfig = {}) {
  const client = createComfyClient(
    { clock: systemClock, logger: pino({ level: 'silent' }) },
    { url, network: createBackendNetwork(network), lookTimeoutMs: 20_000 },
  );
  onTestFinished(() => client.close());
  return client;
}

/** A name server whose answer may change: `addresses` is read for each question. */
function resolveTo(addresses: () => string[]): NonNullable<NetworkConfig['lookup']> {
  const lookup = (
    _name: string,
    _options: unknown,
    callback: (error: null, found: LookupAddress[]) => void,
  ) =>
    callback(
      null,
      addresses().map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  return lookup as unknown as NonNullable<NetworkConfig['lookup']>;
}

const forbidden = (error: unknown) => {
  expect(error).toBeInstanceOf(ComfyFault);
  const causes: unknown[] = [];
  for (let one: unknown = error; one instanceof Error; one = one.cause) causes.push(one);
  expect(causes.some((one) => one instanceof ForbiddenAddress)).toBe(true);
  return true;
};

const stats = '{"system":{},"devices":[]}';

test('a name that now leads to a metadata service is refused', async () => {
  await using server = await startScriptedServer((_request, response) => {
    response.setHeader('Connection', 'close').end(stats);
  });
  const port = server.host.split(':')[1];
  let addresses = ['127.0.0.1'];
  const client = createClient(`http://gpu.example:${port}`, { lookup: resolveTo(() => addresses) });
  await client.probe();
  const before = server.connections();
  for (const leads of [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
  ]) {
    addresses = [leads];
    await expect(client.probe()).rejects.toSatisfy(forbidden);
    await expect(client.connect()).rejects.toSatisfy(forbidden);
  }
  expect(server.connections()).toBe(before);
});

test('only the allowed addresses of a name are connected to', async () => {
  await using server = await startScriptedServer((_request, response) => void response.end(stats));
  const port = server.host.split(':')[1];
  const lookup = resolveTo(() => ['169.254.169.254', '127.0.0.1']);
  const client = createClient(`http://gpu.example:${port}`, { lookup });
  await client.probe();
  expect(server.connections()).toBeGreaterThan(0);
});

test.each([
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '[::ffff:169.254.169.254]',
  '[fe80::1]',
  '0.0.0.0',
])('http://%s is refused without a connection, by HTTP and socket', async (host) => {
  const client = createClient(`http://${host}:8188`);
  await expect(client.probe()).rejects.toSatisfy(forbidden);
  await expect(client.connect()).rejects.toSatisfy(forbidden);
});

test('a certificate of an authority that the operator names is believed', async () => {
  await using server = await startScriptedServer(
    (_request, response) => void response.end(stats),
    testCertificates.good,
  );
  const file = join(tmpdir(), `authority-${process.pid}.pem`);
  await writeFile(file, testAuthority);
  const client = createClient(`https://${server.host}/comfy/`, readAuthorities(file));
  expect(await client.probe()).toMatchObject({ devices: [] });
});

test('a missing or empty file of authorities is explained in a sentence', async () => {
  expect(() => readAuthorities('/nowhere/ca.pem')).toThrow(
    'COMFYUI_CA_FILE: the file /nowhere/ca.pem cannot be read',
  );
  const file = join(tmpdir(), `no-authority-${process.pid}.pem`);
  await writeFile(file, 'hello');
  expect(() => readAuthorities(file)).toThrow('holds no certificate');
});
