import { expect, test } from 'vitest';
import { sampleRun } from '../testing/sampleRun.ts';
import { presentEnd, presentPrice, presentProgress, progressKey } from './taskEmbed.ts';
import { en } from './texts/en.ts';
import { zhCN } from './texts/zhCN.ts';

const options = { isLate: false, isTicket: false, isVeiled: false, isPaused: false };
const reached = { percent: 34, step: 3, steps: 9, etaSeconds: 12 };

test.each(['assigned', 'queued'] as const)(
  'a task is never said to wait beside a percentage: %s',
  (status) => {
    const early = sampleRun({ status, progress: reached });
    expect(presentProgress(en, early, options).embeds).toMatchObject([
      {
        title: 'Working',
        description: expect.stringMatching(/^▰+▱+ 34\s%\na fox$/),
        footer: { text: 'Step 3 of 9 · ready in about 12 seconds · 20 credits' },
      },
    ]);
    expect(progressKey(early)).toBe(progressKey({ ...early, status: 'running' }));
  },
);

test('a task in line shows its place and time, and no bar', () => {
  const inLine = sampleRun({
    status: 'assigned',
    progress: { percent: 0, queuePosition: 1, etaSeconds: 95 },
  });
  const description = 'a fox';
  expect(presentProgress(en, inLine, options).embeds).toMatchObject([
    {
      title: 'Waiting',
      description,
      footer: { text: 'Next in line · ready in about 2 minutes · 20 credits' },
    },
  ]);
  expect(presentProgress(zhCN, inLine, options).embeds).toMatchObject([
    { title: '排队中', description, footer: { text: '排在第 1 位 · 预计还需约 2 分钟 · 20 积分' } },
  ]);
  const behind = { ...inLine, status: 'running' as const, progress: { percent: 0, queuePosition: 4 } };
  expect(presentProgress(en, behind, options).embeds).toMatchObject([
    { title: 'Waiting', description, footer: { text: 'Number 4 in line · 20 credits' } },
  ]);
});

test('a waiting task says that the operator has paused the queue, a running one does not', () => {
  const waiting = sampleRun({ status: 'queued', progress: { percent: 0, queuePosition: 4 } });
  const running = sampleRun({ status: 'running', progress: reached });
  const tell = (task: typeof waiting, say: typeof en) =>
    presentProgress(say, task, { ...options, isPaused: true }).embeds;
  expect(tell(waiting, en)).toMatchObject([{ fields: [{ value: en.progress.paused }] }]);
  expect(tell(waiting, zhCN)).toMatchObject([{ fields: [{ value: zhCN.progress.paused }] }]);
  expect(JSON.stringify(tell(running, en))).not.toContain(en.progress.paused);
  expect(progressKey(waiting, true)).not.toBe(progressKey(waiting));
  expect(progressKey(running, true)).toBe(progressKey(running));
});

test.each([
  ['queued', undefined, '20 credits', '20 积分'],
  ['succeeded', 20, '20 credits', '20 积分'],
  ['failed', 0, 'not charged', '未扣积分'],
  ['cancelled', 0, 'not charged', '未扣积分'],
  ['cancelled', 8, '8 credits', '8 积分'],
] as const)('a task %s and charged %s is told as %s', (status, charged, english, chinese) => {
  const task = sampleRun({ status, ...(charged === undefined ? {} : { charged }) });
  expect([presentPrice(en, task), presentPrice(zhCN, task)]).toEqual([english, chinese]);
});

test('a task that needed too much memory says to try smaller', () => {
  const error = {
    type: 'urn:star-graph:problem:out-of-memory',
    title: '',
    status: 500,
    detail: '',
    instance: '',
  } as const;
  const failed = sampleRun({ status: 'failed', charged: 0, error });
  expect(presentEnd(en, failed).embeds).toMatchObject([
    { description: expect.stringContaining('Try a smaller size') },
  ]);
  expect(presentEnd(zhCN, failed).embeds).toMatchObject([
    { description: expect.stringContaining('更小的尺寸') },
  ]);
});
