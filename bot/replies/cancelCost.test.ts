import type { TaskView } from '@star-graph/api/contract/tasks';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { presentEnd, presentProgress } from './taskEmbed.ts';
import { zhCN } from './zhCN.ts';

const task: TaskView = {
  id: '01900000-0000-7000-8000-000000000001',
  type: 'text2img',
  workflow: { name: 'text2img', version: 1 },
  status: 'running',
  lane: 'interactive',
  params: { prompt: 'a fox' },
  meta: {},
  cost: 20,
  attempt: 1,
  cached: false,
  progress: { percent: 40, cancelCost: 8 },
  outputs: [],
  createdAt: '2026-01-01T00:00:00.000Z',
};
const options = { isLate: false, isTicket: false, isVeiled: false };

test.each([
  [en, 'Cancelling now costs', '8 credits'],
  [zhCN, '现在取消将扣除', '8 积分'],
])('a task that runs says what cancelling costs now, one that waits does not', (say, name, value) => {
  const field = expect.objectContaining({ name, value });
  const running = presentProgress(say, task, options);
  expect(running.embeds).toMatchObject([{ fields: expect.arrayContaining([field]) }]);
  const waiting = presentProgress(say, { ...task, status: 'queued' }, options);
  expect(JSON.stringify(waiting.embeds)).not.toContain(name);
});

test.each([
  [en, 8, 'Cancelled. What was computed cost 8 of 20 credits; the other 12 are back.'],
  [en, 0, 'Cancelled; the credits are back.'],
  [zhCN, 8, '已取消。已完成的部分扣除 8 积分（共 20 积分），其余 12 积分已退回。'],
  [zhCN, 0, '已取消，积分已退回。'],
])('a cancelled task says what it cost and what came back', (say, charged, sentence) => {
  const ended = presentEnd(say, { ...task, status: 'cancelled', charged });
  expect(ended.embeds).toMatchObject([{ description: `${sentence}\na fox` }]);
});
