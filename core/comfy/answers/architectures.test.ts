import { traitsOf } from '@star-graph/workflows/models/modelFamilies';
import { expect, test } from 'vitest';
import { ComfyFault, type Inventory } from '../comfy.ts';
import type { HttpAnswer } from '../http/http.ts';
import { createArchitectureReader } from './architectures.ts';

const modelsOf = (...checkpoints: string[]) =>
  ({ checkpoints, diffusion_models: [], loras: [] }) as Partial<Inventory['models']> as Inventory['models'];

/** A server that knows the architecture of these files, and answers 404 for the others as ComfyUI does. */
function serverOf(architectures: Record<string, string>) {
  const asked: string[] = [];
  let isAway = false;
  return {
    asked,
    setAway(away: boolean) {
      isAway = away;
    },
    async request(path: string): Promise<HttpAnswer> {
      const name = new URL(path, 'http://server').searchParams.get('filename') ?? '';
      asked.push(name);
      if (isAway) throw new ComfyFault('unreachable', path);
      const architecture = architectures[name];
      if (architecture === undefined) return { status: 404, json: undefined };
      return { status: 200, json: { 'modelspec.architecture': architecture, other: 'x' } };
    },
  };
}

test('asks each checkpoint once, and a new one when it comes', async () => {
  const server = serverOf({ 'a b.safetensors': 'stable-diffusion-xl-v1-base' });
  const read = createArchitectureReader(server, 1_000);
  const told = { 'checkpoints/a b.safetensors': 'stable-diffusion-xl-v1-base' };
  expect(await read(modelsOf('a b.safetensors', 'silent.ckpt'))).toEqual(told);
  expect(await read(modelsOf('a b.safetensors', 'silent.ckpt', 'new.safetensors'))).toEqual(told);
  expect(server.asked).toEqual(['a b.safetensors', 'silent.ckpt', 'new.safetensors']);
});

test('asks diffusion models and LoRAs too, each in its folder', async () => {
  const server = serverOf({ 'same.safetensors': 'flux-1-dev/lora' });
  const paths: string[] = [];
  const noting = { request: (path: string) => server.request(paths[paths.push(path) - 1] ?? '') };
  const models = { ...modelsOf(), diffusion_models: ['a.safetensors'], loras: ['same.safetensors'] };
  const told = { 'loras/same.safetensors': 'flux-1-dev/lora' };
  expect(await createArchitectureReader(noting, 1_000)(models)).toEqual(told);
  expect(paths).toEqual([
    '/view_metadata/diffusion_models?filename=a.safetensors',
    '/view_metadata/loras?filename=same.safetensors',
  ]);
});

test('asks again what a server that was away did not answer', async () => {
  const server = serverOf({ 'a.safetensors': 'flux-1-dev' });
  const read = createArchitectureReader(server, 1_000);
  server.setAway(true);
  expect(await read(modelsOf('a.safetensors'))).toEqual({});
  server.setAway(false);
  expect(await read(modelsOf('a.safetensors'))).toEqual({ 'checkpoints/a.safetensors': 'flux-1-dev' });
});

test('asks about at most 64 files in one reading', async () => {
  const server = serverOf({});
  const read = createArchitectureReader(server, 1_000);
  const models = modelsOf(...Array.from({ length: 100 }, (_, index) => `${index}.safetensors`));
  await read(models);
  expect(server.asked).toHaveLength(64);
  await read(models);
  expect(new Set(server.asked).size).toBe(100);
});

test('a LoRA that names its base as trainers do is told by that', async () => {
  const answers: Record<string, object> = {
    'a.safetensors': { ss_base_model_version: 'sdxl_base_v1-0' },
    'b.safetensors': { 'modelspec.architecture': 'flux-1-dev/lora', ss_base_model_version: 'sd_v1' },
    'c.safetensors': { ss_base_model_version: 7 },
  };
  const request = async (path: string) => ({
    status: 200,
    json: answers[new URL(path, 'http://server').searchParams.get('filename') ?? ''],
  });
  const models = { ...modelsOf(), loras: Object.keys(answers) };
  expect(await createArchitectureReader({ request }, 1_000)(models)).toEqual({
    'loras/a.safetensors': 'sdxl_base_v1-0',
    'loras/b.safetensors': 'flux-1-dev/lora',
  });
  const familyOf = (architecture: string) => traitsOf('x.safetensors', { architecture }).family;
  expect(
    ['sdxl_base_v1-0', 'sd_v1', 'sd_1.5', 'sd_v2', 'sd3m', 'flux1', 'wan2.1', 'zimage', 'anima'].map(
      familyOf,
    ),
  ).toEqual(['sdxl', 'sd15', 'sd15', 'sd2', 'sd3', 'flux', 'wan', 'z-image', 'other']);
});
