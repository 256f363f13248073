import { expect, test } from 'vitest';
import { checkOwnGraph } from './checkOwnGraph.ts';
import { countResults } from './countResults.ts';
import type { Graph } from './graph.ts';

const picture = (inputs: object = {}) => ({
  class_type: 'EmptyImage',
  inputs: { width: 64, height: 64, color: 0, ...inputs },
});
const repeat = (from: string, amount: unknown) => ({
  class_type: 'RepeatImageBatch',
  inputs: { image: [from, 0], amount },
});
const save = (from: string, class_type = 'SaveImage') => ({ class_type, inputs: { images: [from, 0] } });

test.each<[string, Graph, number]>([
  ['one picture', { 1: picture(), 9: save('1') }, 1],
  [
    'batches of batches',
    { 1: picture({ batch_size: 16 }), 2: repeat('1', 16), 3: repeat('2', 16), 9: save('3') },
    4_096,
  ],
  [
    'a number from another node',
    {
      1: picture(),
      2: repeat('1', ['3', 0]),
      3: { class_type: 'PrimitiveInt', inputs: { value: 12 } },
      9: save('2'),
    },
    12,
  ],
  [
    'two batches put together',
    {
      1: picture({ batch_size: 3 }),
      2: picture({ batch_size: 4 }),
      3: { class_type: 'ImageBatch', inputs: { image1: ['1', 0], image2: ['2', 0] } },
      9: save('3'),
    },
    7,
  ],
  [
    'a batch put together with itself, again and again',
    {
      1: picture({ batch_size: 16 }),
      2: { class_type: 'ImageBatch', inputs: { image1: ['1', 0], image2: ['1', 0] } },
      3: { class_type: 'ImageBatch', inputs: { image1: ['2', 0], image2: ['2', 0] } },
      9: save('3'),
    },
    64,
  ],
  [
    'the frames of a film, saved one by one',
    { 1: { class_type: 'EmptyHunyuanLatentVideo', inputs: { length: 97, batch_size: 1 } }, 9: save('1') },
    97,
  ],
  [
    'a film of many frames',
    { 1: picture({ batch_size: 16 }), 2: repeat('1', 16), 9: save('2', 'SaveAnimatedWEBP') },
    1,
  ],
  ['two savers', { 1: picture({ batch_size: 8 }), 8: save('1'), 9: save('1', 'PreviewImage') }, 16],
])('%s', (_, graph, count) => {
  const outputs = Object.keys(graph).filter((id) => Number(id) > 7);
  expect(countResults(graph, outputs)).toBe(count);
});

test('a graph that would make more than 64 results is refused before it runs', () => {
  const image = ['IMAGE'] as const;
  const number = ['INT', {}] as const;
  const objectInfo = {
    EmptyImage: {
      input: { required: { width: number, height: number, batch_size: number, color: number } },
      output: image,
    },
    RepeatImageBatch: { input: { required: { image: image, amount: number } }, output: image },
    SaveImage: { input: { required: { images: image } }, output: [], output_node: true },
  };
  const check = (batch_size: number) =>
    checkOwnGraph(
      { 1: picture({ batch_size }), 2: repeat('1', 8), 9: save('2') },
      { objectInfos: [objectInfo] },
    );
  expect(check(9).faults).toEqual([
    expect.objectContaining({ code: 'not-allowed', message: expect.stringContaining('72 results') }),
  ]);
  expect(check(8).faults).toEqual([]);
});

test('a circle of links ends', () => {
  expect(countResults({ 1: repeat('2', 2), 2: repeat('1', 2), 9: save('1') }, ['9'])).toBeGreaterThan(0);
});

test('a person’s graph holds no values by name, which nobody here can judge', () => {
  const objectInfo = {
    CurveEditor: { input: { required: { curve: ['CURVE', {}] } }, output: ['CURVE'] },
    SaveImage: { input: { required: { images: ['IMAGE'] } }, output: [], output_node: true },
  };
  const curve = { class_type: 'CurveEditor', inputs: { curve: { points: [] } } };
  expect(checkOwnGraph({ 1: curve, 9: save('1') }, { objectInfos: [objectInfo] }).faults).toEqual([
    expect.objectContaining({ code: 'not-allowed', nodeId: '1', input: 'curve' }),
  ]);
});
