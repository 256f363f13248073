import { expect, test } from 'vitest';
import { createRunMessages } from './runMessages.ts';

test('a preview names the node that made it, also when a later node runs by then', () => {
  const run = { promptId: 'p', params: { prompt: '', graph: {}, mostSeconds: 60, creditsPerSecond: 1 } };
  const messages = createRunMessages({ clock: { now: () => new Date(0) } }, run, true);
  const preview = { mime: 'image/png', base64: 'AAAA', nodeId: '3' };
  const told = messages.advance({ percent: 90, nodeId: '8', preview });
  expect(told.messages.at(-1)).toMatchObject({ type: 'executing', data: { node: '8' } });
  expect(told.preview).toMatchObject({ nodeId: '3', promptId: 'p' });
});
