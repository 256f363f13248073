import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { createBackendNetwork } from '@star-graph/core/comfy/http/network';
import { judgeOffset, measureOffset } from '@star-graph/core/desk/doctor/clockOffset';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { testAuthority, testCertificates, testKey } from '@star-graph/core/testing/services/certificates';
import { startS3rver } from '@star-graph/core/testing/services/s3rver';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder, makeInstallation, soundEnv } from '../../../launcher/testing/installed.ts';
import { findCertificateFaults } from './certificate.ts';
import { discordCheck } from './discord.ts';
import { gpuServerCheck } from './gpuServer.ts';
import { mailCheck } from './mail.ts';
import { ownCertificateCheck } from './ownCertificate.ts';
import { readDateMs } from './request.ts';
import { storageCheck } from './storage.ts';

const signal = new AbortController().signal;
const examine = async (check: Check) => {
  const { summary, findings } = await check.run(signal);
  return { summary, codes: findings.map(({ code }) => code) };
};

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test.each([
  ['good', []],
  ['expired', ['certificate-expired']],
  ['misnamed', ['certificate-wrong']],
] as const)('a server with a certificate that is %s', async (name, expected) => {
  const server = createTlsServer({ cert: testCertificates[name], key: testKey });
  server.on('secureConnection', (socket) => socket.on('error', () => undefined));
  const url = new URL(`https://127.0.0.1:${await listen(server)}`);
  const look = async (authorities: string[]) =>
    (await findCertificateFaults(url, { now: () => new Date(), authorities, signal })).map(
      ({ code }) => code,
    );
  expect(await look([testAuthority])).toEqual(expected);
  if (name === 'good') expect(await look([])).toEqual(['certificate-wrong']);
});

test.each([
  [testCertificates.good, new Date(), []],
  [testCertificates.good, new Date('2119-12-31'), ['certificate-expiring']],
  [testCertificates.expired, new Date(), ['certificate-expired']],
  ['none', new Date(), ['certificate-unreadable']],
])('our own certificate is read from its file', async (content, now, expected) => {
  const file = join(await makeFolder(), 'cert.pem');
  await writeFile(file, content);
  const clock = { ...systemClock, now: () => now };
  expect((await examine(ownCertificateCheck({ clock }, '/', file))).codes).toEqual(expected);
});

test('an object store is tried with an object, which is gone afterwards', async () => {
  const store = await startS3rver({ anonymous: 'denied' });
  onTestFinished(() => store.stop());
  const { settings } = await makeInstallation({
    ...soundEnv(),
    S3_ENDPOINT: store.endpoint,
    S3_ACCESS_KEY: store.accessKey,
    S3_SECRET_KEY: store.secretKey,
  });
  const env = { ...settings, S3_ENDPOINT: store.endpoint };
  expect((await examine(storageCheck({ clock: systemClock }, env))).codes).toEqual([]);
  const wrong = { ...env, S3_SECRET_KEY: 'another' };
  const { findings } = await storageCheck({ clock: systemClock }, wrong).run(signal);
  expect(findings).toMatchObject([{ code: 'storage-unusable' }]);
  const late = { ...systemClock, now: () => new Date(Date.now() - 60_000) };
  expect((await examine(storageCheck({ clock: late }, env))).codes).toContain('clock-off');
});

test('Discord posts interactions where the bot refuses forged ones, or it is said', async () => {
  let [known, address, refusal] = [200, null as string | null, 401];
  const server = createHttpServer((request, response) => {
    if (request.method === 'POST') response.writeHead(refusal).end();
    else response.writeHead(known).end(JSON.stringify({ interactions_endpoint_url: address }));
  });
  const apiUrl = `http://127.0.0.1:${await listen(server)}`;
  const look = async (takesPosts: boolean) =>
    (await examine(discordCheck({ token: 'word', apiUrl, takesPosts }))).codes;
  expect([await look(false), await look(true)]).toEqual([[], ['discord-address-unset']]);
  address = apiUrl;
  expect([await look(false), await look(true)]).toEqual([['discord-interactions-lost'], []]);
  refusal = 502;
  expect(await look(true)).toEqual(['discord-interactions-lost']);
  known = 401;
  expect(await look(true)).toEqual(['discord-token-unknown']);
});

test('a mail server is known by its greeting', async () => {
  const greets = createServer((socket) =>
    socket.on('error', () => undefined).end('220 mail.example ESMTP\r\n'),
  );
  const other = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-other\r\n'));
  const look = async (server: typeof greets) =>
    (await examine(mailCheck(`smtp://user:word@127.0.0.1:${await listen(server)}`))).codes;
  expect(await look(greets)).toEqual([]);
  expect(await look(other)).toEqual(['mail-unreachable']);
});

test('a GPU server is told by version and memory', async () => {
  await using preview = await startPreviewBackend({ flags: ['--threads', '1'] });
  const network = createBackendNetwork();
  const look = (url: string) => examine(gpuServerCheck({ clock: systemClock, network }, { url }));
  const { summary, codes } = await look(preview.url);
  expect([summary, codes]).toEqual([expect.stringMatching(/^ComfyUI \d.* GB free, clock /), []]);
  expect((await look('http://127.0.0.1:1')).codes).toEqual(['server-unreachable']);
});

test('a server whose clock is an hour behind is found', async () => {
  const date = new Date(Date.now() - 3_600_000).toUTCString();
  const late = createHttpServer((_request, answer) => answer.setHeader('date', date).end());
  const url = new URL(`http://127.0.0.1:${await listen(late)}`);
  const offsetMs = await measureOffset({ clock: systemClock }, () => readDateMs(url, signal));
  expect(judgeOffset('the server', offsetMs)).toMatchObject([{ code: 'clock-off' }]);
});
