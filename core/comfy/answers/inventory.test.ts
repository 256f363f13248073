import { expect, test } from 'vitest';
import { readObjectInfo } from '../../testing/comfy/recording.ts';
import { ComfyFault } from '../comfy.ts';
import { parseInventory } from './inventory.ts';

const inventory = parseInventory(readObjectInfo());

test('reads both forms of a choice, and the range of a number', () => {
  const listed = inventory.classes.KSampler?.inputs.sampler_name;
  expect(listed).toMatchObject({ type: 'COMBO', isRequired: true });
  expect(listed?.choices).toContain('euler');
  expect(inventory.classes.SaveWEBM?.inputs.codec).toEqual({
    type: 'COMBO',
    isRequired: true,
    choices: ['vp9', 'av1'],
  });
  expect(inventory.classes.KSampler?.inputs.steps).toEqual({
    type: 'INT',
    isRequired: true,
    min: 1,
    max: 10_000,
    default: 20,
  });
});

test('collects the model files that the loaders of a folder offer', () => {
  expect(inventory.models.checkpoints).toContain('sd15_small_random.safetensors');
  expect(inventory.models.loras).toEqual([
    'mismatched_random_lora.safetensors',
    'small_random_lora.safetensors',
  ]);
  expect(inventory.models.upscale_models.length).toBeGreaterThan(0);
  expect(inventory.models.clip_vision).toEqual([]);
});

test('does not keep the names of uploaded files', () => {
  expect(inventory.classes.LoadImage?.inputs.image).toEqual({ type: 'COMBO', isRequired: true });
});

test('keeps what ComfyUI says of its own classes, and nothing that a node pack says of its own', () => {
  const said = {
    input: { required: { a: ['INT', { tooltip: 'How often' }], b: ['INT', { tooltip: 4 }] } },
    output: ['IMAGE'],
    output_name: ['picture'],
    display_name: 'A Node',
    category: 'x'.repeat(3_000),
  };
  const { classes } = parseInventory({
    Own: { ...said, python_module: 'nodes' },
    Packs: { ...said, python_module: 'custom_nodes.some_pack' },
  });
  expect(classes.Own?.words).toEqual({
    title: 'A Node',
    outputNames: ['picture'],
    tooltips: { a: 'How often' },
  });
  expect(classes.Packs).not.toHaveProperty('words');
});

test('knows output nodes', () => {
  expect(inventory.classes.SaveImage?.isOutput).toBe(true);
  expect(inventory.classes.KSampler?.isOutput).toBe(false);
});

test('knows what a node gives', () => {
  expect(inventory.classes.CheckpointLoaderSimple?.outputs).toEqual(['MODEL', 'CLIP', 'VAE']);
  expect(inventory.classes.SaveImage?.outputs).toEqual([]);
});

test('leaves out a class of unknown shape and keeps the others', () => {
  const raw = {
    Odd: 'text',
    Half: { input: { required: { a: 'INT', b: [], c: [3] } } },
    SaveImage: { output_node: true },
  };
  expect(Object.keys(parseInventory(raw).classes)).toEqual(['Half', 'SaveImage']);
});

test('refuses an inventory that is no object', () => {
  for (const answer of [undefined, null, [], 'text', 4]) {
    expect(() => parseInventory(answer)).toThrow(ComfyFault);
  }
});
