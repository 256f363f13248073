import { expect, test } from 'vitest';
import type { Run } from './run.ts';
import { createRunMessages } from './runMessages.ts';

const deps = { clock: { now: () => new Date(0) } };
const params = { prompt: '', graph: {}, mostSeconds: 60, creditsPerSecond: 1 };
const run = { promptId: 'p', params, sentBack: [] };

test('a preview names the node that made it, also when a later node runs by then', () => {
  const messages = createRunMessages(deps, run, true);
  const preview = { mime: 'image/png', base64: 'AAAA', nodeId: '3' };
  const told = messages.advance({ percent: 90, nodeId: '8', preview });
  expect(told.messages.at(-1)).toMatchObject({ type: 'executing', data: { node: '8' } });
  expect(told.preview).toMatchObject({ nodeId: '3', promptId: 'p' });
});

test('while a node of SaveImageWebsocket is at work, nothing but its pictures comes as a frame', () => {
  const sender = { ...run, sentBack: ['9'] };
  const messages = createRunMessages(deps, sender, true);
  const preview = { mime: 'image/jpeg', base64: 'AAAA', nodeId: '3' };
  expect(messages.advance({ percent: 50, nodeId: '3', preview }).preview).toBeDefined();
  expect(messages.advance({ percent: 90, nodeId: '9', preview }).preview).toBeUndefined();
  // Another node was told last, so its own is told again before its pictures.
  messages.advance({ percent: 95, nodeId: '10' });
  const asset = (nodeId: string) => ({ id: `of ${nodeId}`, nodeId, mime: 'image/png' });
  const ended = {
    ...sender,
    task: { status: 'succeeded', cached: false, startedAt: new Date(0), finishedAt: new Date(0) },
    outputs: [asset('9'), asset('9'), asset('10')],
  } as unknown as Run;
  const steps = messages.end(ended);
  const told = steps.flatMap(({ messages: said, picture }) => [
    ...said.filter(({ type }) => type !== 'progress_state').map(({ type, data }) => [type, data.node]),
    ...(picture ? [['a picture', picture.nodeId]] : []),
  ]);
  expect(told).toEqual([
    ['executing', '9'],
    ['progress', '9'],
    ['a picture', '9'],
    ['progress', '9'],
    ['a picture', '9'],
    ['executing', '10'],
    ['executed', '10'],
    ['execution_success', undefined],
  ]);
});
