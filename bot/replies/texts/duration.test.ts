import { expect, test } from 'vitest';
import { en } from './en.ts';
import { zhCN } from './zhCN.ts';

test.each([
  [0, '1 second', '1 秒'],
  [1, '1 second', '1 秒'],
  [88.2, '89 seconds', '89 秒'],
  [90, '2 minutes', '2 分钟'],
  [121, '3 minutes', '3 分钟'],
  [3_599, '1 hour', '1 小时'],
  [3_601, '1 hour 1 minute', '1 小时 1 分钟'],
  [48_945, '13 hours 36 minutes', '13 小时 36 分钟'],
  [86_399, '1 day', '1 天'],
  [90_001, '1 day 2 hours', '1 天 2 小时'],
  [604_800, '7 days', '7 天'],
])('%d s are told as people say them, and never as less', (seconds, english, chinese) => {
  expect(en.waitSeconds(seconds)).toBe(`Try again in ${english}.`);
  expect(zhCN.waitSeconds(seconds)).toBe(`请在 ${chinese}后重试。`);
  expect(en.progress.ready(seconds)).toBe(`ready in about ${english}`);
});
