import type { Graph, GraphNode } from '@star-graph/workflows/graph';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadedModels, residencyOf } from './graph.ts';

const checkpoint = { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd15.safetensors' } };
const lora = (name: string) => ({
  class_type: 'LoraLoader',
  inputs: { lora_name: name, model: ['1', 0], clip: ['1', 1], strength_model: 1, strength_clip: 1 },
});
const controlNet = { class_type: 'ControlNetLoader', inputs: { control_net_name: 'openpose.safetensors' } };
const vae = { class_type: 'VAELoader', inputs: { vae_name: 'ft-mse.safetensors' } };
const upscaler = { class_type: 'UpscaleModelLoader', inputs: { model_name: '4x.pth' } };
const graphOf = (nodes: readonly GraphNode[]): Graph =>
  Object.fromEntries(nodes.map((node, index) => [String(index), node]));
const sampler = (seed: number) => ({ class_type: 'KSampler', inputs: { seed, steps: 20 } });

test('orders the models of a residency from the slowest to change to the fastest', () => {
  const graph = { 1: upscaler, 2: vae, 3: controlNet, 4: lora('b'), 5: lora('a'), 6: checkpoint };
  expect(residencyOf(graph)).toBe(
    'checkpoints/sd15.safetensors|loras/a|loras/b|controlnet/openpose.safetensors|vae/ft-mse.safetensors|upscale_models/4x.pth',
  );
});

test('gives graphs that load the same models one residency, whatever their ids, order and other values', () => {
  const nodes = [checkpoint, lora('a'), lora('b'), controlNet, vae];
  fc.assert(
    fc.property(
      fc.shuffledSubarray(nodes, { minLength: nodes.length }),
      fc.uniqueArray(fc.nat(), { minLength: nodes.length + 1, maxLength: nodes.length + 1 }),
      fc.nat(),
      (shuffled, ids, seed) => {
        const graph = Object.fromEntries(
          [...shuffled, sampler(seed)].map((node, i) => [String(ids[i]), node]),
        );
        expect(residencyOf(graph)).toBe(residencyOf(graphOf(nodes)));
      },
    ),
  );
});

test('tells graphs apart that load different models', () => {
  expect(residencyOf({ 1: checkpoint })).not.toBe(residencyOf({ 1: checkpoint, 2: lora('a') }));
  expect(residencyOf({ 1: checkpoint, 2: lora('a') })).not.toBe(residencyOf({ 1: checkpoint, 2: lora('b') }));
});

test('counts a model that two nodes load once', () => {
  expect(loadedModels({ 1: checkpoint, 2: checkpoint })).toEqual([
    { folder: 'checkpoints', name: 'sd15.safetensors' },
  ]);
});

test('has no residency for a graph without loaders, and ignores a name that is a link', () => {
  expect(residencyOf({ 1: sampler(1) })).toBe('');
  expect(residencyOf({ 1: { class_type: 'VAELoader', inputs: { vae_name: ['2', 0] } } })).toBe('');
});

test('keeps long residencies within an index and still apart', () => {
  const many = (last: string) => {
    const loras = [...Array(40).keys()].map((n) => lora(`a-rather-long-name-${n}`));
    return residencyOf(graphOf([checkpoint, ...loras, lora(last)]));
  };
  expect(many('y').length).toBeLessThanOrEqual(191);
  expect(many('y')).not.toBe(many('z'));
  expect(many('y')).toMatch(/^checkpoints\/sd15\.safetensors\|loras\//);
});
