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
