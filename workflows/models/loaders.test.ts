import { expect, test } from 'vitest';
import { findModels } from './loaders.ts';

const checkpoint = { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd15.safetensors' } };

test('counts a model that two nodes load once', () => {
  expect(findModels({ 1: checkpoint, 2: checkpoint })).toEqual([
    { folder: 'checkpoints', name: 'sd15.safetensors' },
  ]);
});

test('finds the LoRA files of a group that repeats', () => {
  const inputs = { 'loras.0.lora_name': 'ink.safetensors', 'loras.1.lora_name': 'wash.safetensors' };
  expect(findModels({ 1: { class_type: 'LoadLoraModel', inputs } })).toEqual([
    { folder: 'loras', name: 'ink.safetensors' },
    { folder: 'loras', name: 'wash.safetensors' },
  ]);
});

test('passes over rows of such a group that load nothing', () => {
  const row = (number: number, name: string, strength = 1, enabled = true) => ({
    [`loras.${number}.lora_name`]: name,
    [`loras.${number}.strength`]: strength,
    [`loras.${number}.enabled`]: enabled,
  });
  const off = { ...row(1, 'off.safetensors', 1, false), ...row(2, 'weak.safetensors', 0), ...row(3, 'none') };
  const inputs = { ...row(0, 'ink.safetensors', -0.5), ...off, ...row(4, '') };
  expect(findModels({ 1: { class_type: 'LoadLoraModel', inputs } })).toEqual([
    { folder: 'loras', name: 'ink.safetensors' },
  ]);
});

test('finds no model without loaders, nor in a link', () => {
  expect(findModels({ 1: { class_type: 'KSampler', inputs: { seed: 1, steps: 20 } } })).toEqual([]);
  expect(findModels({ 1: { class_type: 'VAELoader', inputs: { vae_name: ['2', 0] } } })).toEqual([]);
});
