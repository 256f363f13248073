import { expect, test } from 'vitest';
import { newestObjectInfo } from '../testing/testObjectInfo.ts';
import { checkOwnGraph } from './checkOwnGraph.ts';
import type { Graph } from './graph.ts';
import { ownGraph } from './ownGraph.ts';
import { inputParamsOf } from './ownGraphParams.ts';

const id = (last: number) => `01900000-0000-7000-8000-00000000000${last}`;

/** A film whose sound is a file of the person's. */
const graphOf = (...sounds: unknown[]): Graph =>
  ({
    '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 8, color: 0 } },
    ...Object.fromEntries(
      sounds.map((audio, at) => [`${at + 10}`, { class_type: 'LoadAudio', inputs: { audio } }]),
    ),
    '3': { class_type: 'AudioConcat', inputs: { audio1: ['10', 0], audio2: ['11', 0], direction: 'after' } },
    '4': { class_type: 'CreateVideo', inputs: { images: ['1', 0], audio: ['3', 0], fps: 8 } },
    '5': {
      class_type: 'SaveVideo',
      inputs: { video: ['4', 0], filename_prefix: 'x', format: 'mp4', codec: 'h264' },
    },
  }) as Graph;

test('a graph of a person’s own loads sounds of theirs, which are bound by name', () => {
  const { checked, faults } = checkOwnGraph(graphOf(`${id(1)}.mp3`, `${id(2)}.wav [input]`), {
    objectInfos: [newestObjectInfo],
  });
  expect(faults).toEqual([]);
  if (!checked) throw new Error('it was taken');
  const params = {
    prompt: '',
    graph: checked.graph,
    mostSeconds: 1,
    creditsPerSecond: 1,
    ...inputParamsOf(checked),
  };
  expect(params).toMatchObject({ audio1: id(1), audio2: id(2) });
  const images = {
    audio1: { seconds: 1, uploadedName: 'one.mp3' },
    audio2: { seconds: 1, uploadedName: 'two.wav' },
  };
  const graph = ownGraph.bind(ownGraph.params.parse(params), { images, outputPrefix: 'task' });
  expect([graph['10']?.inputs.audio, graph['11']?.inputs.audio]).toEqual(['one.mp3', 'two.wav']);
});

test.each([
  ['of the server’s own', 'somebody.mp3'],
  ['behind a link', ['1', 0]],
])('a sound %s is not taken', (_, audio) => {
  const { checked, faults } = checkOwnGraph(graphOf(`${id(1)}.mp3`, audio), {
    objectInfos: [newestObjectInfo],
  });
  expect(checked).toBeUndefined();
  expect(faults).toMatchObject([{ code: 'not-allowed', nodeId: '11', input: 'audio' }]);
});
