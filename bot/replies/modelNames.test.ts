import type { ModelView } from '@star-graph/contract/catalogue/models';
import { readableName } from '@star-graph/workflows/models/readableName';
import { expect, test } from 'vitest';
import { rank } from '../commands/options/complete.ts';
import { listModelChoices } from './modelNames.ts';

const file = (name: string, family?: ModelView['family'], folder = 'checkpoints'): ModelView => ({
  folder,
  name,
  title: { en: readableName(name), 'zh-CN': `中文 ${readableName(name)}` },
  backends: 1,
  ...(family === undefined ? {} : { family }),
});

test('a model choice shows name and family, and sends the file', () => {
  expect(
    listModelChoices(
      [
        file('sd_xl_base_1.0.safetensors', 'sdxl'),
        file('sdxl/juggernautXL_v9.safetensors'),
        file('mine.ckpt', 'other'),
      ],
      'en',
    ),
  ).toEqual([
    { name: 'Stable Diffusion XL · SDXL', value: 'sd_xl_base_1.0.safetensors' },
    { name: 'Juggernaut XL v9', value: 'sdxl/juggernautXL_v9.safetensors' },
    { name: 'Mine', value: 'mine.ckpt' },
  ]);
});

test('a model choice is named in the reader’s language', () => {
  const [choice] = listModelChoices([file('sd_xl_base_1.0.safetensors')], 'zh-CN');
  expect(choice).toEqual({ name: '中文 Stable Diffusion XL', value: 'sd_xl_base_1.0.safetensors' });
});

test('models with the same readable name show their file names', () => {
  const choices = listModelChoices(
    [
      file('v1-5-pruned.ckpt', 'sd15'),
      file('v1-5-pruned-emaonly.safetensors', 'sd15'),
      file('v1-5-pruned.safetensors', 'sd15', 'loras'),
    ],
    'en',
  );
  expect(choices.map(({ name }) => name)).toEqual([
    'Stable Diffusion 1.5 · SD 1.5 · v1-5-pruned.ckpt',
    'Stable Diffusion 1.5 · SD 1.5 · v1-5-pruned-emaonly.safetensors',
    'Stable Diffusion 1.5 · SD 1.5',
  ]);
});

test('a search finds a model by name and file, within Discord’s limits', () => {
  const models = Array.from({ length: 60 }, (_, index) => file(`sd_xl_model_${index}.safetensors`));
  const choices = listModelChoices(
    [file('sd_xl_base_1.0.safetensors', 'sdxl'), file(`${'a'.repeat(95)}.ckpt`, 'sdxl'), ...models],
    'en',
  );
  for (const typed of ['sd_xl_base', 'Stable Diffusion XL', '1.0'])
    expect(rank(choices, typed)[0]?.value).toBe('sd_xl_base_1.0.safetensors');
  expect(rank(choices, '')).toHaveLength(25);
  const [long] = rank(choices, 'aaa');
  expect(long?.value).toBe(`${'a'.repeat(95)}.ckpt`);
  expect(long?.name.length).toBeLessThanOrEqual(100);
});
