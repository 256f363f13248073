import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../ground/runtime/clock.ts';
import { removeStaleFiles } from '../ground/storage/removeStaleFiles.ts';
import type { Storage } from '../ground/storage/storage.ts';
import { storeUnreachableProblem } from '../ground/storage/storageProblems.ts';
import { createNoise } from '../testing/pictures.ts';
import { storeOutput } from './storeOutput.ts';

let folder: string;
let picture: string;
let bytes: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'star-graph-faults-'));
  picture = join(folder, 'picture.png');
  bytes = await createNoise(700, 500).png().toBuffer();
  await writeFile(picture, bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The beginning of a program that stores the picture, in a process of its own. */
const program = (body: string) => `
  import { createReadStream, readdirSync } from 'node:fs';
  import { mkdir } from 'node:fs/promises';
  import { Readable } from 'node:stream';
  import { createFileStorage } from '../ground/storage/fileStorage.ts';
  import { testFileKeys } from '../testing/fileKeys.ts';
  import { systemClock } from '../ground/runtime/clock.ts';
  import { storeOutput } from './storeOutput.ts';
  const open = (directory) => createFileStorage({ clock: systemClock },
    { directory, publicUrl: 'http://localhost', keys: testFileKeys });
  const store = (storage, tempDirectory, source = createReadStream(process.env.PICTURE)) =>
    storeOutput({ storage }, source, {
      taskId: '019a0000-0000-7000-8000-000000000001', limitBytes: 10_000_000, tempDirectory,
      provenance: { platform: 'star-graph', workflow: { name: 'a', version: 1 }, taskId: 'b' },
      signal: new AbortController().signal,
    });
  ${body}`;

const runIn = (code: string) => ({
  cwd: import.meta.dirname,
  env: { ...process.env, CODE: code, PICTURE: picture, FOLDER: folder },
});

const canMount =
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k none /mnt'], { timeout: 10_000 })
    .status === 0;

describe('a disk that is full in the middle of a result', () => {
  test.skipIf(!canMount).each([
    ['where it is received', '/mnt/tmp', '/mnt'],
    ['where it is stored', '$FOLDER/tmp', '/mnt'],
  ])('%s is told in words, and nothing of it is left', (_where, temporary, directory) => {
    const code = program(`
      await mkdir('/mnt/tmp');
      const temporary = '${temporary}'.replace('$FOLDER', process.env.FOLDER);
      const storage = await open('${directory}');
      await storage.put('outputs/kept/a.png', Buffer.alloc(100_000), { mime: 'image/png' });
      const problem = await store(storage, temporary).catch((error) => error);
      console.log(JSON.stringify({ code: problem.code, detail: problem.detail,
        keys: (await Array.fromAsync(storage.list(''))).map(({ key }) => key),
        left: [...readdirSync(temporary), ...readdirSync('/mnt/incoming')] }));
      process.exit(0);`);
    const script = `mount -t tmpfs -o size=512k none /mnt && exec "${process.execPath}" --input-type=module-typescript --eval "$CODE"`;
    const ended = spawnSync('unshare', ['-rm', 'sh', '-c', script], {
      ...runIn(code),
      encoding: 'utf8',
      timeout: 100_000,
    });
    expect(bytes.length).toBeGreaterThan(600_000);
    expect(ended.stderr).toBe('');
    expect(JSON.parse(ended.stdout)).toEqual({
      code: 'unavailable',
      detail: expect.stringContaining('no room left'),
      keys: ['outputs/kept/a.png'],
      left: [],
    });
  });
});

describe('a store', () => {
  const options = (signal: AbortSignal) => ({
    taskId: '019a0000-0000-7000-8000-000000000001',
    provenance: { platform: 'star-graph', workflow: { name: 'a', version: 1 }, taskId: 'b' } as const,
    limitBytes: 10_000_000,
    tempDirectory: join(folder, 'store'),
    signal,
  });

  test('that is slow and then away gets the whole file, and it is gone afterwards', async () => {
    const seen: unknown[] = [];
    const put: Storage['put'] = async (_key, body, facts) => {
      const path = 'path' in body && typeof body.path === 'string' ? body.path : '';
      await facts.proof;
      seen.push((await readdir(join(folder, 'store'))).map((name) => join(folder, 'store', name)));
      seen.push([path]);
      throw storeUnreachableProblem(new Error('silent'));
    };
    const storing = storeOutput({ storage: { put } }, Readable.from([bytes]), options(never));
    await expect(storing).rejects.toMatchObject({ code: 'unavailable' });
    expect(seen[0]).toEqual(seen[1]);
    expect(await readdir(join(folder, 'store'))).toEqual([]);
  });

  test('is asked nothing where the server stops in the middle, and no file is left', async () => {
    const put: Storage['put'] = () => Promise.reject(new Error('nothing can be stored yet'));
    const stop = new AbortController();
    // As a connection, it ends with the signal.
    const source = addAbortSignal(stop.signal, new Readable({ read: () => undefined }));
    source.push(bytes.subarray(0, 400_000));
    const storing = storeOutput({ storage: { put } }, source, options(stop.signal));
    storing.catch(() => undefined);
    await expect.poll(() => readdir(join(folder, 'store'))).toHaveLength(1);
    stop.abort(new Error('the task is over'));
    await expect(storing).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(join(folder, 'store'))).toEqual([]);
  });
});

const never = new AbortController().signal;

test('a process that is killed while it receives stores nothing, and a later one clears what it left', async () => {
  const [store, temporary] = [join(folder, 'objects'), join(folder, 'killed')];
  await mkdir(temporary);
  const code = program(`
    const storage = await open('${store}');
    const source = new Readable({ read() {} });
    for await (const chunk of createReadStream(process.env.PICTURE, { end: 399_999 })) source.push(chunk);
    setInterval(() => {
      const names = readdirSync('${temporary}');
      if (names.length > 0) process.stdout.write('half-way');
    }, 5);
    await store(storage, '${temporary}', source);`);
  const writer = spawn(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    ...runIn(code),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(writer.stdout, 'data');
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  const left = await readdir(temporary);
  expect(left).toHaveLength(1);
  expect(await readdir(join(store, 'objects'))).toEqual([]);
  expect(await readdir(join(store, 'incoming'))).toEqual([]);

  await removeStaleFiles({ clock: systemClock }, temporary);
  expect(await readdir(temporary), 'may still be written').toEqual(left);
  const aDayAgo = new Date(Date.now() - 25 * 3_600_000);
  for (const name of left) await utimes(join(temporary, name), aDayAgo, aDayAgo);
  await removeStaleFiles({ clock: systemClock }, temporary);
  expect(await readdir(temporary)).toEqual([]);
  await removeStaleFiles({ clock: systemClock }, join(folder, 'nowhere'));
});
