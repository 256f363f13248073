import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { expect, test } from 'vitest';

const openFiles = '/proc/self/fd';

test.skipIf(!existsSync(openFiles))('leaves no file open that an upload was compared with', async () => {
  await using backend = await startPreviewBackend();
  const upload = async (fill: number): Promise<void> => {
    const form = new FormData();
    form.set('image', new Blob([new Uint8Array(300_000).fill(fill)]), 'taken.png');
    const response = await fetch(`${backend.url}/upload/image`, { method: 'POST', body: form });
    expect(response.status).toBe(200);
    await response.text();
  };
  for (const fill of [1, 1, 2, 1, 2]) await upload(fill);
  const listOpen = async (): Promise<string[]> => {
    const directory = openFiles.replace('self', String(backend.pid));
    const links = (await readdir(directory)).map((name) => readlink(`${directory}/${name}`).catch(() => ''));
    return (await Promise.all(links)).filter((path) => path.startsWith(backend.dataDirectory));
  };
  await expect.poll(listOpen).toEqual([]);
});

test.for(['/upload/image', '/prompt'])(
  'reads a refused body of %s completely and keeps the connection',
  async (path) => {
    await using backend = await startPreviewBackend({ flags: ['--max-upload-size', '1'] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const boundary = 'edge';
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="big.png"\r\n\r\n`;
    const sending = request(`${backend.url}${path}`, {
      method: 'POST',
      agent,
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    });
    sending.write(Buffer.concat([Buffer.from(head), Buffer.alloc(2 << 20)]));
    const [refusal] = (await once(sending, 'response')) as [IncomingMessage];
    expect(refusal.statusCode).toBe(413);
    // More than any buffer on the way holds.
    sending.end(Buffer.alloc(20 << 20));
    await Promise.all([once(sending, 'finish'), once(refusal.resume(), 'end')]);
    const next = request(`${backend.url}/queue`, { agent });
    next.end();
    const [answer] = (await once(next, 'response')) as [IncomingMessage];
    expect([answer.statusCode, next.reusedSocket]).toEqual([200, true]);
    answer.resume();
    agent.destroy();
  },
);
