import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { findBuiltin } from '@star-graph/workflows/builtin';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { connectBackend } from './backendClient.ts';

test('a cut-out has a transparent part and keeps the colours of the rest', async () => {
  const workflow = findBuiltin('remove-background');
  if (!workflow) throw new Error('remove-background ships');
  await using backend = await startPreviewBackend({ flags: ['--preview-method', 'none'] });
  await using client = await connectBackend(backend.url);
  const size = { width: 96, height: 64 };
  const red = sharp({ create: { ...size, channels: 3, background: '#c02010' } });
  await client.upload('red.png', await red.png().toBuffer());
  const image = { ...size, uploadedName: 'red.png' };
  const graph = workflow.bind(workflow.example, { images: { image }, outputPrefix: 'star-graph/cut' });
  const { outputs } = await client.run(graph);
  const [file] = Object.values(outputs).flatMap((output) => output.images ?? []);
  if (!file) throw new Error('nothing was saved');
  const { data, info } = await sharp(await client.fetchFile(file))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ ...size, channels: 4 });
  const pixels = Array.from({ length: size.width * size.height }, (_, at) => [
    ...data.subarray(4 * at, 4 * at + 4),
  ]);
  expect(pixels.some(([, , , alpha]) => alpha === 0)).toBe(true);
  const kept = pixels.filter(([, , , alpha]) => alpha === 255);
  expect(kept.length).toBeGreaterThan(0);
  // What stands in the middle stays, what surrounds it goes.
  expect(kept).toContainEqual(pixels[(size.height / 2) * size.width + size.width / 2]);
  expect(new Set(kept.map(([r, g, b]) => `${r} ${g} ${b}`))).toEqual(new Set(['192 32 16']));
});
