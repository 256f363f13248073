import { chineseSentences, sayInChinese } from '@star-graph/workflows/shared/chineseSentences';
import { expect, test } from 'vitest';
import { readSourceFiles } from './sourceFiles.ts';

const said = readSourceFiles(/^(core|api|workflows)\/(?!.*(\.test\.ts|\/testing\/|chineseSentences)).*\.ts$/)
  .map(({ text }) => text)
  .join('\n');

test('every sentence that is translated is one that the server says', () => {
  const unsaid = chineseSentences
    .map(([english]) => english)
    .filter((english) => !english.split('{}').every((part) => said.includes(part)));
  expect(unsaid).toEqual([]);
});

test('both languages vary in as many places', () => {
  const count = (text: string) => text.split('{}').length;
  expect(chineseSentences.filter(([english, chinese]) => count(english) !== count(chinese))).toEqual([]);
});

test('what varies is in the Chinese sentence, and an unknown sentence is left alone', () => {
  expect(sayInChinese('You have 20 webhooks. Delete one that you no longer use.')).toBe(
    '您已有 20 个 Webhook，请删除不再使用的。',
  );
  expect(sayInChinese('The password is wrong.')).toBe('密码错误。');
  expect(sayInChinese('The password is wrong. Really.')).toBeUndefined();
});
