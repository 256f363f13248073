import type { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { isPublicAddress } from '../../ground/runtime/publicAddress.ts';
import { type LinkDeps, openLink } from './openLink.ts';

/** Stands for the public internet: a second address of this machine. */
const outside = '127.0.0.2';
const onlyOutside: LinkDeps = { isAllowedAddress: (address) => address === outside };
const bytes = Buffer.from('the bytes of a picture');

async function startHost(host: string, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    port,
    url: `http://${host}:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
const givePicture = (_request: IncomingMessage, response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'image/png' }).end(bytes);

async function read(url: string, deps: LinkDeps = onlyOutside, limits = {}): Promise<Buffer> {
  const { signal } = new AbortController();
  await using link = await openLink(deps, url, { limitBytes: 1_000, timeoutMs: 20_000, signal, ...limits });
  return await buffer(link.body).catch((error) => {
    throw link.explain(error);
  });
}
const faultOf = (fault: string) => ({
  code: 'invalid-params',
  errors: [{ pointer: '/url', message: fault }],
});
const notPublic = faultOf('This link does not lead to the public internet.');

test('a picture comes from a link, and nobody says who wanted it', async () => {
  await using host = await startHost(outside, givePicture);
  expect(await read(`${host.url}/a%20b.png?size=1`)).toEqual(bytes);
  const [asked] = host.asked;
  expect([asked?.method, asked?.url]).toEqual(['GET', '/a%20b.png?size=1']);
  expect(asked?.headers).not.toHaveProperty('cookie');
  expect(asked?.headers).not.toHaveProperty('referer');
});

test.each(['localhost', '127.0.0.1', '[::1]', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]'])(
  'a link to %s reaches nobody',
  async (name) => {
    await using host = await startHost('127.0.0.1', givePicture);
    await expect(
      read(`http://${name}:${host.port}/`, { isAllowedAddress: isPublicAddress }),
    ).rejects.toMatchObject(notPublic);
    expect(host.asked).toEqual([]);
  },
);

test.each([
  '169.254.169.254',
  '168.63.129.16',
  '10.0.0.1',
  '192.168.1.1',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[64:ff9b::a00:1]',
])('a link to %s is refused before a connection is made', async (name) => {
  const link = `http://${name}/latest/meta-data/`;
  await expect(read(link, { isAllowedAddress: isPublicAddress })).rejects.toMatchObject(notPublic);
});

/** Gives the addresses one after the other, and the last one from then on. */
function resolveTo(...addresses: string[]) {
  const asked: string[] = [];
  const resolve = ((name: string, _options: unknown, done: (error: null, found: object[]) => void) => {
    asked.push(name);
    const address = addresses[Math.min(asked.length, addresses.length) - 1] ?? '';
    done(null, [{ address, family: 4 }]);
  }) as unknown as typeof lookup;
  return { asked, resolve };
}

test('the checked address is the one that is connected to', async () => {
  await using host = await startHost(outside, givePicture);
  await using inside = await startHost('127.0.0.1', givePicture);
  const { asked, resolve } = resolveTo(outside, '127.0.0.1');
  expect(await read(`http://pictures.example:${host.port}/`, { ...onlyOutside, resolve })).toEqual(bytes);
  expect(asked).toEqual(['pictures.example']);
  // By now the name leads inside.
  const again = read(`http://pictures.example:${inside.port}/`, { ...onlyOutside, resolve });
  await expect(again).rejects.toMatchObject(notPublic);
  expect(inside.asked).toEqual([]);
});

test.each([
  ['an address inside', (port: number) => `http://127.0.0.1:${port}/`, notPublic],
  ['a file', () => 'file:///etc/passwd', faultOf('This is not an http or https link.')],
  ['a name with a password', () => 'http://me:secret@pictures.example/', undefined],
])('a redirect to %s is not followed', async (_what, target, fault) => {
  await using inside = await startHost('127.0.0.1', givePicture);
  await using host = await startHost(outside, (_request, response) =>
    response.writeHead(302, { location: target(inside.port) }).end(),
  );
  await expect(read(host.url)).rejects.toMatchObject(fault ?? { code: 'invalid-params' });
  expect(inside.asked).toEqual([]);
});

test('five redirects are followed, and a sixth is not', async () => {
  await using host = await startHost(outside, (request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) givePicture(request, response);
    else response.writeHead(308, { location: `/${left - 1}` }).end();
  });
  expect(await read(`${host.url}/5`)).toEqual(bytes);
  await expect(read(`${host.url}/6`)).rejects.toMatchObject(faultOf('This link leads on and on.'));
});

test('a page, a refusal and a file that is too large are told apart', async () => {
  await using host = await startHost(outside, (request, response) => {
    if (request.url === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    else if (request.url === '/gone') response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': '5000' }).end(Buffer.alloc(5_000));
  });
  await expect(read(`${host.url}/page`)).rejects.toMatchObject({ code: 'unsupported-media' });
  await expect(read(`${host.url}/gone`)).rejects.toMatchObject({ code: 'invalid-params' });
  await expect(read(`${host.url}/large`)).rejects.toMatchObject({ code: 'too-large' });
});

test('a host that says nothing, or stops in the middle, is given up', async () => {
  await using host = await startHost(outside, (request, response) => {
    if (request.url === '/half') response.writeHead(200, { 'content-length': '500' }).write('half');
    if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '500' }).write('half');
      response.destroy();
    }
  });
  const slow = faultOf('The other server took too long.');
  await expect(read(`${host.url}/none`, onlyOutside, { timeoutMs: 200 })).rejects.toMatchObject(slow);
  await expect(read(`${host.url}/half`, onlyOutside, { timeoutMs: 200 })).rejects.toMatchObject(slow);
  await expect(read(`${host.url}/cut`)).rejects.toMatchObject({ code: 'invalid-params' });
});

test('whoever leaves ends the request to the other server', async () => {
  await using host = await startHost(outside, () => undefined);
  const leaving = new AbortController();
  const reading = read(host.url, onlyOutside, { signal: leaving.signal });
  await expect.poll(() => host.asked.length).toBe(1);
  const [asked] = host.asked;
  if (!asked) throw new Error('nobody asked');
  const ended = once(asked.socket, 'close');
  const reason = new Error('gone');
  leaving.abort(reason);
  await expect(reading).rejects.toBe(reason);
  await ended;
});
