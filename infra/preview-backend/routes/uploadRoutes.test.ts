import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { startPreviewBackend } from '@star-graph/core/testing/startPreviewBackend';
import { expect, it } from 'vitest';

const openFiles = '/proc/self/fd';

it.skipIf(!existsSync(openFiles))('leaves no file open that an upload was compared with', async () => {
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
