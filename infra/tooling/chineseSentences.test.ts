import { chineseSentences, gap, sayInChinese } from '@star-graph/workflows/shared/chineseSentences';
import { expect, test } from 'vitest';
import { readSourceFiles } from './sourceFiles.ts';

const said = readSourceFiles(/^(core|api|workflows)\/(?!.*(\.test\.ts|\/testing\/|chineseSentences)).*\.ts$/)
  .map(({ text }) => text)
  .join('\n');

test('every sentence that is translated is one that the server says', () => {
  const unsaid = chineseSentences
    .map(([english]) => english)
    .filter((english) => !english.split(gap).every((part) => said.includes(part)));
  expect(unsaid).toEqual([]);
});

test('both languages vary in as many places', () => {
  const count = (text: string) => text.split(gap).length;
  expect(chineseSentences.filter(([english, chinese]) => count(english) !== count(chinese))).toEqual([]);
});

test('what varies is in the Chinese sentence, and an unknown sentence is left alone', () => {
  expect(sayInChinese('You have 20 webhooks. Delete one that you no longer use.')).toBe(
    '您已有 20 个 Webhook，请删除不再使用的。',
  );
  const needs = (price: string) =>
    sayInChinese(
      `This needs ${price} and you have 0. Claim your daily credits or ask an administrator for more.`,
    );
  for (const [said, amount] of [
    [needs('1 credit'), 1],
    [needs('20 credits'), 20],
  ])
    expect(said).toBe(`需要 ${amount} 积分，您有 0 积分。请领取每日积分，或联系管理员。`);
  expect(sayInChinese('The password is wrong.')).toBe('密码错误。');
  expect(sayInChinese('The password is wrong. Really.')).toBeUndefined();
});
