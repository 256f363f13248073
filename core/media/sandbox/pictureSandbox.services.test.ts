import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import sharp from 'sharp';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { beginResult } from '../pictures.ts';
import { LaneFull } from '../workLanes.ts';
import { toError, toFault } from './messages.ts';
import { createPictureSandbox, DecoderBroke } from './pictureSandbox.ts';

const file = new URL('../../testing/brokenPictureWorker.ts', import.meta.url);
const options = { mostPixels: 1_000_000 };
const shape = { boxPixels: 1, sigma: 1 };
let picture: Buffer;
beforeAll(async () => {
  picture = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
});

const openSandbox = (settings: object = {}) => createPictureSandbox({ file, aloneMs: 60_000, ...settings });
type Sandbox = ReturnType<typeof openSandbox>;
const probe = (sandbox: Sandbox, source: string | Buffer, signal?: AbortSignal) =>
  sandbox.run('probe', { signal }, source, options);
const look = async (sandbox: Sandbox, port = 9) =>
  JSON.parse((await sandbox.run('blur', {}, Buffer.from(String(port)), shape)).toString());

describe('a decoder', () => {
  test('that crashes fails one picture; those beside it and after it are read', async () => {
    const sandbox = openSandbox();
    const beside = [probe(sandbox, picture), probe(sandbox, 'crash'), probe(sandbox, picture)];
    const ends = await Promise.allSettled(beside);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(beside[1]).rejects.toBeInstanceOf(DecoderBroke);
    expect(await probe(sandbox, picture)).toMatchObject({ width: 20, height: 10 });
  });

  test('that hangs fails one picture; the next is read', async () => {
    const sandbox = openSandbox({ aloneMs: 200 });
    await expect(probe(sandbox, 'hang')).rejects.toMatchObject({ code: 'unsupported-media' });
    expect(await probe(openSandbox(), picture)).toMatchObject({ width: 20, height: 10 });
    expect(await probe(sandbox, picture)).toMatchObject({ width: 20, height: 10 });
  });

  test('leaves its last words in the log when it ends, and none where all is well', async () => {
    const told: unknown[] = [];
    const sandbox = openSandbox();
    sandbox.open({ warn: (...line: unknown[]) => void told.push(line) } as never);
    expect(await probe(sandbox, picture)).toMatchObject({ width: 20 });
    expect(told).toEqual([]);
    await expect(probe(sandbox, 'crash')).rejects.toBeInstanceOf(DecoderBroke);
    // Once beside others, once alone.
    const line = [
      { exit: 'SIGABRT', said: expect.stringContaining('the decoder is at its end') },
      expect.stringContaining('reads pictures'),
    ];
    expect(told).toEqual([line, line]);
  });

  test('is not blamed where its process cannot be started', async () => {
    const sandbox = openSandbox({ file: new URL('nowhere.ts', file) });
    await expect(probe(sandbox, picture)).rejects.toMatchObject({
      message: expect.stringContaining('cannot be started'),
      cause: expect.objectContaining({ message: expect.stringContaining('nowhere.ts') }),
    });
  });
});

describe('the process that reads pictures', () => {
  test('has no secret, no open file and no more memory than it may', async () => {
    vi.stubEnv('DATA_KEYS', 'a secret');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { names, open, limits } = await look(openSandbox());
    // The shell and the library set two of them.
    const known = ['MALLOC_ARENA_MAX', 'PATH', 'PWD', 'VIPSHOME'];
    expect(names.filter((name: string) => !known.includes(name))).toEqual([]);
    expect(open).toEqual([]);
    expect(limits).toMatch(/Max data size +2999999488 +2999999488/);
    expect(limits).toMatch(/Max core file size +0 +0/);
  });

  test('reaches no network and not its parent, where the system allows namespaces', async () => {
    const isAllowed = spawnSync('unshare', ['-c', '-n', 'true']).status === 0;
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    expect(await look(openSandbox(), port)).toMatchObject({ reaches: !isAllowed, readsParent: !isAllowed });
  });

  test('is another one after many pictures, and the first ends what it began', async () => {
    const sandbox = openSandbox({ mostJobs: 2 });
    const [first, second, third] = await Promise.all([look(sandbox), look(sandbox), look(sandbox)]);
    expect(second.pid).toBe(first.pid);
    expect(third.pid).not.toBe(first.pid);
  });

  test('goes on when somebody waits no longer', async () => {
    const sandbox = openSandbox();
    const gone = new AbortController();
    const left = probe(sandbox, picture, gone.signal);
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await expect(probe(sandbox, picture, gone.signal)).rejects.toThrow('gone');
    expect(await probe(sandbox, picture)).toMatchObject({ width: 20 });
  });
});

test('the header is known before the pixels, and a damaged rest is told by the proof', async () => {
  const noise = await sharp({
    create: {
      width: 64,
      height: 64,
      channels: 3,
      background: 'red',
      noise: { type: 'gaussian', mean: 120, sigma: 30 },
    },
  })
    .png()
    .toBuffer();
  const { image, proof } = await beginResult(noise.subarray(0, noise.length / 2), options);
  expect(image).toMatchObject({ width: 64, height: 64, ext: 'png' });
  await expect(proof).rejects.toMatchObject({
    code: 'unsupported-media',
    detail: expect.stringContaining('damaged'),
  });
});

test.each([new LaneFull(), new DecoderBroke(), new TypeError('x is not a function')])(
  'an error crosses with all that is told of it (%s)',
  (error) => {
    const crossed = toError(structuredClone(toFault(error)));
    expect({ ...crossed, message: crossed.message, name: crossed.name }).toEqual({
      ...error,
      message: error.message,
      name: error.name,
    });
    expect(crossed instanceof LaneFull).toBe(error instanceof LaneFull);
  },
);
