import type { Graph } from '@star-graph/workflows/graph/graph';
import { describe, expect, test } from 'vitest';
import { suspectModels } from './suspectModels.ts';

const graph: Graph = {
  ckpt: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'a.safetensors' } },
  lora: {
    class_type: 'LoraLoader',
    inputs: { lora_name: 'b.safetensors', model: ['ckpt', 0], clip: ['ckpt', 1] },
  },
  text: { class_type: 'CLIPTextEncode', inputs: { clip: ['ckpt', 1] } },
  draw: { class_type: 'KSampler', inputs: { model: ['lora', 0], positive: ['text', 0] } },
  vae: { class_type: 'VAELoader', inputs: { vae_name: 'c.safetensors' } },
  decode: { class_type: 'VAEDecode', inputs: { samples: ['draw', 0], vae: ['vae', 0] } },
  linked: { class_type: 'VAELoader', inputs: { vae_name: ['text', 0] } },
};
const names = (reason: Parameters<typeof suspectModels>[1]['reason'], nodeId: string | undefined) =>
  suspectModels(graph, { reason, nodeId }).map(({ folder, name }) => `${folder}/${name}`);

describe('a failed node', () => {
  test('proves only the file of a loader that cannot read it', () => {
    expect(names('model-unreadable', 'lora')).toEqual(['loras/b.safetensors']);
    expect(names('model-unreadable', 'ckpt')).toEqual(['checkpoints/a.safetensors']);
  });

  test('proves its files unfit together when their weights do not fit', () => {
    expect(names('models-clash', 'draw')).toEqual(['checkpoints/a.safetensors', 'loras/b.safetensors']);
    expect(names('models-clash', 'decode')).toHaveLength(3);
  });

  test('proves nothing about a lone file that fails after its loader', () => {
    expect(names('models-clash', 'text')).toEqual([]);
  });

  test.each(['node-error', 'out-of-memory', 'request', 'no-output'] as const)(
    'proves nothing by %s',
    (reason) => {
      expect(names(reason, 'ckpt')).toEqual([]);
    },
  );

  test('proves nothing when unknown or when its file is a link', () => {
    expect(names('model-unreadable', undefined)).toEqual([]);
    expect(names('model-unreadable', 'stranger')).toEqual([]);
    expect(names('model-unreadable', 'linked')).toEqual([]);
  });
});
