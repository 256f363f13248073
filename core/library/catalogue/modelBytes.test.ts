import { modelFolders } from '@star-graph/workflows/models/loaders';
import { expect, test } from 'vitest';
import type { Capability } from './capability.ts';
import { locateModel } from './fileLocator.ts';
import { indexModelBytes } from './modelBytes.ts';

const none = Object.fromEntries(
  modelFolders.map((folder) => [folder, []]),
) as unknown as Capability['models'];
const usual = 'z_image_turbo_bf16.safetensors';
const smaller = 'z_image_turbo_int8_convrot.safetensors';
const model = `diffusion_models/${usual}`;

function serverWith(name: string, facts: Partial<Capability> = {}): Capability {
  return { classes: {}, models: { ...none, diffusion_models: [name] }, ...facts };
}

test('a size that no server tells is the published one', () => {
  const sizes = indexModelBytes([{ id: 'a', capability: serverWith(usual) }]);
  expect(sizes.get(model)).toBeGreaterThan(12e9);
  expect(sizes.get('vae/unheard-of.safetensors')).toBeUndefined();
  expect(sizes.on?.('a')).toBeUndefined();
});

test('a server with another precision has the size of its own file', () => {
  const told = { bytes: { [`diffusion_models/sub/${smaller}`]: 7e9 } };
  const sizes = indexModelBytes([
    { id: 'usual', capability: serverWith(usual) },
    { id: 'published', capability: serverWith(smaller) },
    { id: 'told', capability: serverWith(`sub/${smaller}`, told) },
    {
      id: 'mapped',
      capability: serverWith('mine.safetensors', { fileNames: { [model]: 'mine.safetensors' } }),
    },
    { id: 'away', capability: undefined },
  ]);
  expect(sizes.get(model)).toBeGreaterThan(12e9);
  expect(sizes.on?.('usual')).toBeUndefined();
  expect(sizes.on?.('away')).toBeUndefined();
  expect(sizes.on?.('published')?.get(model)).toBe(6.2e9);
  expect(sizes.on?.('told')?.get(model)).toBe(7e9);
  expect(sizes.on?.('told')?.get('vae/ae.safetensors')).toBe(sizes.get('vae/ae.safetensors'));
  // Another file under the operator's name: its size is unknown, and that of the usual one would be a lie.
  expect(sizes.on?.('mapped')?.get(model)).toBeUndefined();
});

test('a file is named as the server lists it, and keeps its name where it is missing', () => {
  expect(locateModel(serverWith(`sub/${smaller}`), model)).toBe(`diffusion_models/sub/${smaller}`);
  expect(locateModel(serverWith('other.safetensors'), model)).toBe(model);
  expect(locateModel(serverWith(usual), 'no-folder/a.pt')).toBe('no-folder/a.pt');
});
