import { describe, expect, test } from 'vitest';
import { createInventory } from '../graph/inventory.ts';
import { readModelCatalogue } from '../models.ts';
import { networkNames } from '../pictures/networks.ts';
import { nodeRegistry } from './registry.ts';

const models = readModelCatalogue(new URL('../models.json', import.meta.url).pathname);
const inventory = createInventory(
  { protocol: '0.33.0', models, listInputFiles: () => ['a.png'] },
  (classType) => nodeRegistry.has(classType),
);

describe('the inventory', () => {
  test('describes every node class that is implemented, and no other', () => {
    expect(Object.keys(inventory.all()).sort()).toEqual([...nodeRegistry.keys()].sort());
  });

  test('offers the files of the manifest in both forms of enumerations', () => {
    expect(inventory.find('CheckpointLoaderSimple')?.input.required?.ckpt_name?.[0]).toEqual(
      models.names('checkpoints'),
    );
    expect(inventory.find('UpscaleModelLoader')?.input.required?.model_name).toMatchObject([
      'COMBO',
      { options: models.names('upscale_models') },
    ]);
    expect(inventory.find('LoadImage')?.input.required?.image?.[0]).toEqual(['a.png']);
  });

  test('knows what stands for each upscale model', () => {
    for (const name of models.names('upscale_models') ?? []) {
      expect(models.find('upscale_models', name), name).toMatchObject({
        scale: expect.any(Number),
        network: expect.toBeOneOf([...networkNames]),
      });
    }
  });
});
