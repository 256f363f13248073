import type { ApiClient } from '@star-graph/client/client';
import type { TranslationView } from '@star-graph/contract/tasks/translation';
import { expect, test } from 'vitest';
import { translateAgain } from './again.ts';
import { silentDisplay } from './display.ts';

const { signal } = new AbortController();

async function translate(notes: TranslationView['notes']): Promise<{ said: string[]; values: object }> {
  const said: string[] = [];
  const view = { workflow: { name: 'ink', version: 1 }, params: { prompt: 'a fox' }, notes };
  const client = { translateTask: async () => view } as unknown as ApiClient;
  const display = { ...silentDisplay, say: (text: string) => void said.push(text) };
  const { values } = await translateAgain({ client, display, signal }, { taskId: 't', workflow: 'ink' });
  return { said, values };
}

test('what a translation changes is said, line by line', async () => {
  const size = { from: { width: 1000, height: 500 }, to: { width: 1024, height: 512 } };
  const { said, values } = await translate([
    { code: 'size', param: 'size', ...size },
    { code: 'nearest', param: 'frames', from: 14, to: 17 },
    { code: 'dropped', param: 'cfg', from: 9 },
    { code: 'default', param: 'steps', from: 44, to: 8 },
    { code: 'result', param: 'image' },
  ]);
  expect(values).toEqual({ prompt: 'a fox' });
  expect(said).toEqual([
    'size: 1000 × 500 became 1024 × 512.',
    'frames: 14 became 17.',
    'Left out or set anew: cfg, steps.',
  ]);
});

test('what the workflow needs beside it is named before anything runs', async () => {
  await expect(translate([{ code: 'needed', param: 'mask' }])).rejects.toThrow('ink also needs mask.');
});
