import { expect, test } from 'vitest';
import { parseHistory } from './history.ts';

const entry = (...messages: [string, object][]) => ({
  a: { outputs: {}, status: { status_str: 'error', messages } },
});
const begun = { prompt_id: 'a', timestamp: 1_795_529_273_873 };
const after = (ms: number) => ({ prompt_id: 'a', timestamp: begun.timestamp + ms });

test.each(['execution_success', 'execution_error', 'execution_interrupted'])(
  'the time of a run is what its server measured until %s',
  (end) => {
    const answer = entry(
      ['execution_start', begun],
      ['execution_cached', { ...after(3), nodes: [] }],
      [end, after(4_250)],
    );
    expect(parseHistory(answer, 'a')?.ranMs).toBe(4_250);
  },
);

test.each([
  ['no end', entry(['execution_start', begun])],
  ['no begin', entry(['execution_error', after(1)])],
  ['no times', entry(['execution_start', {}], ['execution_error', {}])],
  ['no messages', { a: { outputs: {} } }],
])('a server that tells %s has measured nothing', (_what, answer) => {
  const read = parseHistory(answer, 'a');
  expect(read).toBeDefined();
  expect(read?.ranMs).toBeUndefined();
});

test('outputs of every kind are read: sounds, bodies, and words that are in no file', () => {
  const file = (filename: string) => ({ filename, subfolder: 'made', type: 'output' });
  const outputs = {
    1: { audio: [file('a.mp3')] },
    2: { '3d': [file('b.glb')], result: ['b.glb', null] },
    3: { text: ['a cat', '  ', 7] },
    4: { files: [file('c.txt')], text: ['a dog'] },
    5: { text: 'a bird' },
  };
  expect(parseHistory({ a: { outputs } }, 'a')?.outputs).toMatchObject([
    { nodeId: '1', filename: 'a.mp3', media: 'audio' },
    { nodeId: '2', filename: 'b.glb', media: 'model3d' },
    { nodeId: '3', media: 'text', text: 'a cat' },
    { nodeId: '3', media: 'text', text: '  ' },
    { nodeId: '4', filename: 'c.txt', media: 'text' },
    { nodeId: '5', media: 'text', text: 'a bird' },
  ]);
});
