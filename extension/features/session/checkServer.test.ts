import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { checkServer, compareVersions, findOwnServer } from './checkServer.ts';

const status = { version: '1.4.0', apiVersion: '1', minClient: '0.1.0', registration: 'open' };

async function withServer<T>(answer: (response: ServerResponse) => void, work: (url: string) => Promise<T>) {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  try {
    return await work(`http://localhost:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const check = (body: unknown, version = '0.1.0', code = 200) =>
  withServer(
    (response) => response.writeHead(code).end(typeof body === 'string' ? body : JSON.stringify(body)),
    (url) => checkServer({ fetch }, url, version),
  );

test('knows a Star-Graph server by its status', async () => {
  expect(await check(status)).toEqual({ status });
});

test('finds a server of this machine by its port, and no other program there', async () => {
  await withServer(
    (response) => response.writeHead(200).end(JSON.stringify({ status: 'ok' })),
    (other) =>
      withServer(
        (response) => response.writeHead(200).end(JSON.stringify(status)),
        async (own) => {
          const [otherPort, ownPort] = [other, own].map((url) => Number(new URL(url).port)) as [
            number,
            number,
          ];
          expect(await findOwnServer({ fetch }, '0.1.0', [otherPort, ownPort])).toBe(
            `http://localhost:${ownPort}`,
          );
          expect(await findOwnServer({ fetch }, '0.1.0', [otherPort])).toBeUndefined();
        },
      ),
  );
});

test.each([
  ['a page of words', '<!doctype html><title>Router</title>', '0.1.0', 200, 'notStarGraph'],
  ['another JSON', { status: 'ok' }, '0.1.0', 200, 'notStarGraph'],
  ['an error', status, '0.1.0', 502, 'notStarGraph'],
  ['an API from before', { ...status, apiVersion: '0.9' }, '0.1.0', 200, 'serverTooOld'],
  ['an API from after', { ...status, apiVersion: '2.0' }, '0.1.0', 200, 'serverTooNew'],
  ['a server that asks for more', { ...status, minClient: '0.2.0' }, '0.1.9', 200, 'serverTooNew'],
])('says what is wrong with %s', async (_, body, version, code, fault) => {
  expect(await check(body, version, code)).toEqual({ fault });
});

test.each([
  ['http:', 'unreachable'],
  ['https:', 'unreachableHttps'],
])('says of %s that nothing answers', async (scheme, fault) => {
  const gone = await withServer(
    (response) => response.end(),
    async (url) => url.replace('http:', scheme),
  );
  expect(await checkServer({ fetch }, gone, '0.1.0')).toEqual({ fault });
});

test('reports an untrusted connection where https gets only plain HTTP answers', async () => {
  const fault = await withServer(
    (response) => response.writeHead(400).end(),
    (url) => checkServer({ fetch }, url.replace('http:', 'https:'), '0.1.0'),
  );
  expect(fault).toEqual({ fault: 'untrusted' });
});

test('detects an answer that the browser withholds', async () => {
  const readable: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    // As a browser does when the server's CORS headers do not name the extension.
    if (init?.mode !== 'no-cors') throw new TypeError('Failed to fetch');
    return response;
  };
  const fault = await withServer(
    (response) => response.end('<!doctype html>'),
    (url) => checkServer({ fetch: readable }, url, '0.1.0'),
  );
  expect(fault).toEqual({ fault: 'notStarGraph' });
});

test.each([
  ['1.10.0', '1.9.9', 1],
  ['v1', '1.0.0', 0],
  ['0.1', '0.1.1', -1],
])('compares %s with %s by number', (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
});
