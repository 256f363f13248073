import { workFixture } from '@star-graph/api/testing/servers/workServer';
import type { ApiClient } from '@star-graph/client/client';
import type { AssetView } from '@star-graph/contract/assets/assets';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { findPrices } from './findPrices.ts';
import { type RemakeKind, remake } from './remakes.ts';

const { api, generate } = workFixture({ SIGN_UP_GRANT: '100000' });

const kinds: RemakeKind[] = [
  'varySubtle',
  'varyStrong',
  'upscale',
  'zoomOut',
  'panLeft',
  'panRight',
  'panUp',
  'panDown',
];

test('the price beside each tool of a picture is what its press holds, whatever its size', async () => {
  const { accessToken: token } = await api.signUp();
  const listed: WorkflowView[] = (await api.call('/api/v1/workflows?limit=100', { token })).body.items;
  const outputs: AssetView[] = [];
  for (const [width, height] of [
    [256, 256],
    [1024, 1024],
    [1536, 640],
  ] as const) {
    const form = new FormData();
    const png = await createTwoColours(width, height).png().toBuffer();
    form.append('file', new Blob([new Uint8Array(png)]), 'photo.png');
    outputs.push((await api.call('/api/v1/assets', { token, body: form })).body);
  }
  const asked = await generate(token, { prompt: 'a fox' });
  const task: TaskView = { ...asked.body, outputs };
  const quoteEach: ApiClient['quoteEach'] = async ({ body }) =>
    (await api.call('/api/v1/quotes', { token, body })).body;
  const wishes = outputs.flatMap((_, at) => kinds.flatMap((kind) => remake(kind, listed, task, at) ?? []));
  expect(wishes).toHaveLength(outputs.length * kinds.length);
  const shown = await findPrices({ quoteEach }, wishes, AbortSignal.timeout(60_000));
  const held: number[] = [];
  for (const wish of wishes) {
    const { body } = await generate(token, wish.params, {}, wish.workflow);
    held.push(body.cost);
    await api.call(`/api/v1/tasks/${body.id}`, { token, method: 'DELETE' });
  }
  expect(new Set(held).size).toBeGreaterThan(2);
  expect(shown.costs).toEqual(held);
});
