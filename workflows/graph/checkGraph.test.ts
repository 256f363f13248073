import { describe, expect, test } from 'vitest';
import { coreObjectInfo } from '../testing/testObjectInfo.ts';
import { checkGraph, findValueFault } from './checkGraph.ts';
import type { Graph } from './graph.ts';

/** A graph that the recorded server ran, with its own random-weight model. */
const text2img = (): Graph => ({
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd15_small_random.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 128, height: 128, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a red fox', clip: ['4', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] } },
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: 1,
      steps: 4,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { filename_prefix: 'txt2img', images: ['8', 0] } },
});

function changed(node: string, inputs: Record<string, unknown>, classType?: string): Graph {
  const graph = text2img();
  const found = graph[node];
  if (!found) throw new Error(`no node ${node}`);
  graph[node] = { class_type: classType ?? found.class_type, inputs: { ...found.inputs, ...inputs } };
  return graph;
}

const found = (graph: Graph) => checkGraph(graph, coreObjectInfo).map(({ code, pointer }) => [code, pointer]);

test('finds nothing in a graph that the server ran', () => {
  expect(found(text2img())).toEqual([]);
});

describe('refuses what the server refuses, at its place:', () => {
  test.each([
    [
      'an unknown class',
      changed('9', {}, 'SaveImageNope'),
      [
        ['unknown-class', '/9/class_type'],
        ['no-output', ''],
      ],
    ],
    [
      'a class named like a property of every object',
      changed('6', {}, 'constructor'),
      [['unknown-class', '/6/class_type']],
    ],
    ['a missing input', changed('3', { seed: undefined }), [['missing-input', '/3/inputs/seed']]],
    ['a dangling link', changed('8', { samples: ['99', 0] }), [['dangling-link', '/8/inputs/samples']]],
    ['an output that the node lacks', changed('8', { vae: ['4', 3] }), [['dangling-link', '/8/inputs/vae']]],
    [
      'a link of the wrong type',
      changed('8', { samples: ['4', 2] }),
      [['wrong-link-type', '/8/inputs/samples']],
    ],
    ['a value where a link belongs', changed('8', { samples: 'x' }), [['wrong-type', '/8/inputs/samples']]],
    [
      'values out of range',
      changed('3', { steps: 0, cfg: 1e6 }),
      [
        ['below-range', '/3/inputs/steps'],
        ['above-range', '/3/inputs/cfg'],
      ],
    ],
    ['text for a number', changed('3', { steps: 'many' }), [['wrong-type', '/3/inputs/steps']]],
    ['a fraction for a whole number', changed('3', { steps: 2.5 }), [['wrong-type', '/3/inputs/steps']]],
    ['a number for text', changed('6', { text: 5 }), [['wrong-type', '/6/inputs/text']]],
    [
      'an unknown sampler',
      changed('3', { sampler_name: 'zzz' }),
      [['value-not-in-list', '/3/inputs/sampler_name']],
    ],
    [
      'a model that is not installed',
      changed('4', { ckpt_name: 'none' }),
      [['value-not-in-list', '/4/inputs/ckpt_name']],
    ],
  ])('%s', (_, graph, faults) => {
    expect(found(graph)).toEqual(faults);
  });

  test('a cycle, once', () => {
    const graph = changed('6', { text: ['7', 0] });
    graph['7'] = { class_type: 'PrimitiveString', inputs: { value: ['8', 0] } };
    graph['8'] = { class_type: 'PrimitiveString', inputs: { value: ['7', 0] } };
    expect(found(graph).filter(([code]) => code === 'cycle')).toHaveLength(1);
  });

  test('a graph that saves nothing', () => {
    const { '9': _saver, ...graph } = text2img();
    expect(found(graph)).toEqual([['no-output', '']]);
  });
});

test('reads choices in the newer form too', () => {
  const graph: Graph = {
    '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 8, color: 0 } },
    '2': {
      class_type: 'SaveWEBM',
      inputs: { images: ['1', 0], filename_prefix: 'x', codec: 'h264', fps: 8, crf: 32 },
    },
  };
  expect(found(graph)).toEqual([['value-not-in-list', '/2/inputs/codec']]);
  const saver = graph['2'];
  if (saver) saver.inputs.codec = 'vp9';
  expect(found(graph)).toEqual([]);
});

test('leaves uploaded files to the server, whose list is always old', () => {
  const graph: Graph = {
    '1': { class_type: 'LoadImage', inputs: { image: 'just-uploaded.png' } },
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
  };
  expect(found(graph)).toEqual([]);
});

test('ignores inputs that a class lacks, as the server does', () => {
  expect(found(changed('3', { control_after_generate: 'randomize' }))).toEqual([]);
});

test('judges a chain of 10,000 nodes without running out of stack', () => {
  const graph: Graph = { '0': { class_type: 'PrimitiveString', inputs: { value: 'x' } } };
  for (let index = 1; index < 10_000; index += 1) {
    graph[index] = { class_type: 'PrimitiveString', inputs: { value: [String(index - 1), 0] } };
  }
  expect(found(graph)).toEqual([['no-output', '']]);
});

test('a colour is a text, and nothing else', () => {
  expect(findValueFault({ type: 'COLOR' }, '#45edf5')).toBeUndefined();
  expect(findValueFault({ type: 'COLOR' }, 5)).toMatchObject({ code: 'wrong-type' });
});
