import type { ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import type { TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { expect, test } from 'vitest';
import { drawnOf, faultOf, presentOthers, tellOthers } from './readResults.ts';

const storage = { signedUrl: async (key: string) => `https://files.example/${key}` };
const asset = (id: string, mime: string, more: Partial<ShownAsset> = {}) =>
  ({ id, mime, storageKey: id, thumbnailKey: null, durationMs: null, ...more }) as ShownAsset;
const found = (...outputs: ShownAsset[]) =>
  ({ task: { status: 'succeeded', error: null }, outputs }) as unknown as TaskWithOutputs;

const [picture, second] = [asset('a.png', 'image/png'), asset('b.webp', 'image/webp')];
const sound = asset('c.mp3', 'audio/mpeg', { durationMs: 1_000 });
const words = asset('d.txt', 'text/plain', { text: 'a cat' });
const body = asset('e.obj', 'model/obj');

test('a protocol of pictures has the pictures as results, and is told what came beside them', async () => {
  const drawn = drawnOf(found(picture, words, sound, second, body));
  expect(drawn.outputs).toEqual([picture, second]);
  expect(await presentOthers({ storage }, [drawn])).toEqual([
    { type: 'text/plain', url: 'https://files.example/d.txt', text: 'a cat' },
    { type: 'audio/mpeg', url: 'https://files.example/c.mp3' },
    { type: 'model/obj', url: 'https://files.example/e.obj' },
  ]);
  expect(await tellOthers({ storage }, [drawn])).toBe(
    'a cat\n\naudio/mpeg: https://files.example/c.mp3\n\nmodel/obj: https://files.example/e.obj',
  );
});

test('pictures alone are told without a word more', async () => {
  const drawn = drawnOf(found(picture));
  expect([drawn.outputs, drawn.others]).toEqual([[picture], []]);
  expect(await tellOthers({ storage }, [drawn])).toBe('');
});

test('where the picture was deleted and a text is left, the fault says so', () => {
  const drawn = drawnOf(found(words));
  expect(faultOf(drawn)).toMatchObject({ code: 'not-found', detail: 'The result was deleted.' });
});
