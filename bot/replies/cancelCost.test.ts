import { expect, test } from 'vitest';
import { sampleRun } from '../testing/sampleRun.ts';
import { presentEnd, presentProgress } from './taskEmbed.ts';
import { en } from './texts/en.ts';
import { zhCN } from './texts/zhCN.ts';

const task = sampleRun({ progress: { percent: 40, cancelCost: 8 } });
const options = { isLate: false, isTicket: false, isVeiled: false, isPaused: false };

test.each([
  [en, 'cancelling now costs 8 credits'],
  [zhCN, '现在取消将扣除 8 积分'],
])('a running task says what cancelling costs, a waiting one does not', (say, told) => {
  expect(JSON.stringify(presentProgress(say, task, options).embeds)).toContain(told);
  const waiting = { ...task, status: 'queued' as const, progress: { percent: 0, queuePosition: 1 } };
  expect(JSON.stringify(presentProgress(say, waiting, options).embeds)).not.toContain(told.slice(0, 6));
});

test.each([
  [en, 8, 'The part that was done cost 8 of 20 credits. You got the other 12 back.'],
  [en, 0, 'You got your credits back.'],
  [zhCN, 8, '已完成的部分扣除 8 积分（共 20 积分），其余 12 积分已退回。'],
  [zhCN, 0, '积分已退回。'],
])('a cancelled task says once that it is, what it cost and what came back', (say, charged, sentence) => {
  const ended = presentEnd(say, { ...task, status: 'cancelled', charged });
  expect(ended.embeds).toMatchObject([{ title: say.title.cancelled, description: `${sentence}\na fox` }]);
});

test.each([
  [
    en,
    8,
    "The part that was done cost the server 8 of 20 credits. It got the other 12 back. From the server's shared credits, you have 34 of your 50 left today.",
  ],
  [zhCN, 0, '积分已退回服务器。服务器的共享积分中，您今天还可使用 34 积分，共 50 积分。'],
])('a cancelled task says that the server was refunded if it paid', (say, charged, sentence) => {
  const cancelled = {
    ...task,
    status: 'cancelled' as const,
    charged,
    payer: { guildId: '900000000000000001' },
  };
  const ended = presentEnd(say, cancelled, { share: { left: 34, perDay: 50 } });
  expect(ended.embeds).toMatchObject([{ description: `${sentence}\na fox` }]);
});
