import { modelFolders } from '@star-graph/workflows/models/loaders';
import { expect, test } from 'vitest';
import { type Capability, listModels } from './capability.ts';
import { noModelSettings } from './modelSettings.ts';
import { createModelEntries } from './models/entryIndex.ts';

const entries = createModelEntries([], noModelSettings);

type Models = Partial<Capability['models']>;
const none = Object.fromEntries(
  modelFolders.map((folder) => [folder, [] as string[]]),
) as Capability['models'];
const createCapability = (models: Models, facts: Partial<Capability> = {}): Capability => ({
  classes: {},
  models: { ...none, ...models },
  ...facts,
});

test("a checkpoint's family is the operator's, else the file's, else the name's", () => {
  const checkpoints = ['a_xl.safetensors', 'b_xl.safetensors', 'c_xl.safetensors', 'nothing-told.ckpt'];
  const capability = createCapability(
    { checkpoints },
    {
      families: { 'checkpoints/a_xl.safetensors': 'sd15' },
      architectures: {
        'checkpoints/a_xl.safetensors': 'flux-1-dev',
        'checkpoints/b_xl.safetensors': 'flux-1-dev',
      },
    },
  );
  expect(listModels([capability, capability], entries)).toEqual([
    { folder: 'checkpoints', name: 'a_xl.safetensors', backends: 2, family: 'sd15' },
    { folder: 'checkpoints', name: 'b_xl.safetensors', backends: 2, family: 'flux' },
    { folder: 'checkpoints', name: 'c_xl.safetensors', backends: 2, family: 'sdxl' },
    { folder: 'checkpoints', name: 'nothing-told.ckpt', backends: 2 },
  ]);
});

test("a LoRA has its name's family, and other files have none", () => {
  const capability = createCapability({
    loras: ['lcm-lora-sdv1-5.safetensors'],
    vae: ['sdxl_vae.safetensors'],
  });
  expect(listModels([capability], entries)).toEqual([
    { folder: 'loras', name: 'lcm-lora-sdv1-5.safetensors', backends: 1, family: 'sd15' },
    { folder: 'vae', name: 'sdxl_vae.safetensors', backends: 1 },
  ]);
});

test("a server with an unknown family does not hide another's answer", () => {
  const [silent, telling] = [
    createCapability({ checkpoints: ['mine.safetensors'] }),
    createCapability(
      { checkpoints: ['mine.safetensors'] },
      { architectures: { 'checkpoints/mine.safetensors': 'stable-diffusion-xl-v1-base' } },
    ),
  ];
  expect(listModels([silent, telling], entries)).toEqual([
    { folder: 'checkpoints', name: 'mine.safetensors', backends: 2, family: 'sdxl' },
  ]);
});
