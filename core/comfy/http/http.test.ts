import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../ground/runtime/clock.ts';
import { startScriptedServer } from '../../testing/comfy/scriptedServer.ts';
import { eventually } from '../../testing/eventually.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { noAccess } from './access.ts';
import { createComfyHttp } from './http.ts';
import { publicAuthorities as network } from './network.ts';

const createHttp = (host: string, clock: Clock = systemClock) =>
  createComfyHttp(
    { clock },
    { base: `http://${host}`, readAccess: async () => noAccess, network },
    () => undefined,
  );

test('a compressed answer is read, and is asked for', async () => {
  await using server = await startScriptedServer((request, response) => {
    const isAsked = request.headers['accept-encoding'] === 'gzip';
    response.setHeader('content-encoding', isAsked ? 'gzip' : 'identity');
    response.end(isAsked ? gzipSync('{"is":"compressed"}') : '{}');
  });
  const answer = await createHttp(server.host).requireJson('/queue', { timeoutMs: 5_000 });
  expect(answer).toEqual({ is: 'compressed' });
});

test('a compressed answer that is damaged is a fault of the connection', async () => {
  await using server = await startScriptedServer((_request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('{"is":"compressed"}').subarray(0, -9));
  });
  const asked = createHttp(server.host).requireJson('/queue', { timeoutMs: 5_000 });
  await expect(asked).rejects.toMatchObject({ kind: 'unreachable' });
});

test('a download that is not read to its end closes its connection', async () => {
  let open = 0;
  await using server = await startScriptedServer((_request, response) => {
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    response.write('x');
  });
  const options = { maxBytes: 100, stallMs: 60_000 };
  const { stream } = await createHttp(server.host).stream('/view', options);
  stream.destroy();
  await eventually(() => expect(open).toBe(0));
  const { stream: begun } = await createHttp(server.host).stream('/view', options);
  for await (const _chunk of begun) break;
  await eventually(() => expect(open).toBe(0));
});

test('a download that its signal ends rejects with its reason', async () => {
  await using server = await startScriptedServer((_request, response) => void response.write('x'));
  const end = new AbortController();
  const options = { maxBytes: 100, stallMs: 60_000, signal: end.signal };
  const { stream } = await createHttp(server.host).stream('/view', options);
  const reason = new Error('cancelled');
  const read = buffer(stream);
  end.abort(reason);
  await expect(read).rejects.toBe(reason);
});

test('a download that stalls half-way fails instead of hanging', async () => {
  await using server = await startScriptedServer((_request, response) => void response.write('half'));
  const clock = createManualClock();
  const options = { maxBytes: 100, stallMs: 60_000 };
  const { stream } = await createHttp(server.host, clock).stream('/view', options);
  const fault = buffer(stream).catch((error: unknown) => error);
  // Each piece that comes restarts the time.
  await eventually(async () => {
    await clock.advance(60_000);
    expect(stream.destroyed).toBe(true);
  });
  expect(await fault).toMatchObject({ kind: 'timed-out' });
});
