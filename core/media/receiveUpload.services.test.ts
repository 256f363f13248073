import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPictureFolder } from '../testing/pictures.ts';
import { receiveUpload } from './receiveUpload.ts';

const chunkBytes = 65_536;
const gigabyte = 1_000_000_000;
let folder: Awaited<ReturnType<typeof createPictureFolder>>;

beforeAll(async () => {
  folder = await createPictureFolder();
});
afterAll(() => folder.remove());

function optionsOf(limitBytes = 50_000_000, signal = new AbortController().signal) {
  return { limitBytes, tempDirectory: folder.path, signal };
}

describe('receiveUpload', () => {
  test('keeps the bytes on disk until the scope ends', async () => {
    const body = randomBytes(300_000);
    let path = '';
    {
      await using received = await receiveUpload(
        Readable.from([body.subarray(0, 99), body.subarray(99)]),
        optionsOf(),
      );
      path = received.path;
      expect((await readFile(path)).equals(body)).toBe(true);
      expect(received.bytes).toBe(300_000);
      expect(received.sha256).toBe(createHash('sha256').update(body).digest('hex'));
    }
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  test('takes exactly the limit and refuses one byte more', async () => {
    await using received = await receiveUpload(Readable.from([randomBytes(1000)]), optionsOf(1000));
    expect(received.bytes).toBe(1000);
    const refused = receiveUpload(Readable.from([randomBytes(1001)]), optionsOf(1000));
    await expect(refused).rejects.toMatchObject({ code: 'too-large' });
  });

  test('refuses a gigabyte while it streams, with little memory', async () => {
    let pulledBytes = 0;
    let mostBuffered = 0;
    const sender = new Readable({
      read() {
        pulledBytes += chunkBytes;
        this.push(pulledBytes > gigabyte ? null : Buffer.alloc(chunkBytes));
        mostBuffered = Math.max(mostBuffered, this.readableLength);
      },
    });
    const refused = receiveUpload(sender, optionsOf());
    await expect(refused).rejects.toMatchObject({
      code: 'too-large',
      detail: expect.stringContaining('50 MB'),
    });
    expect(pulledBytes).toBeGreaterThan(50_000_000);
    expect(pulledBytes).toBeLessThan(50_000_000 + 16 * chunkBytes);
    expect(mostBuffered).toBeLessThanOrEqual(4 * chunkBytes);
    expect(sender.destroyed).toBe(true);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('refuses an empty file and says which field', async () => {
    await expect(receiveUpload(Readable.from([]), optionsOf())).rejects.toMatchObject({
      code: 'invalid-params',
      errors: [{ pointer: '/file' }],
    });
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('leaves nothing behind when the sender goes away', async () => {
    const sender = Readable.from(
      (function* () {
        yield randomBytes(chunkBytes);
        throw new Error('connection reset');
      })(),
    );
    await expect(receiveUpload(sender, optionsOf())).rejects.toThrow('connection reset');
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('ends a stalled sender by the signal and leaves nothing behind', async () => {
    const stop = new AbortController();
    const stalled = new Readable({ read() {} });
    stalled.push(randomBytes(10));
    const receiving = receiveUpload(stalled, optionsOf(1000, stop.signal));
    stop.abort();
    await expect(receiving).rejects.toMatchObject({ name: 'AbortError' });
    expect(stalled.destroyed).toBe(true);
    expect(await readdir(folder.path)).toEqual([]);
  });
});
