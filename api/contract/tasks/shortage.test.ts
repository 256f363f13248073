import { expect, test } from 'vitest';
import { findShortage, shortageTexts } from './shortage.ts';

const share = (left: number, available: number) => ({ perDay: 50, left, available, pays: false });

test.each([
  ['nothing asked', [], undefined],
  ['exactly what there is', [{ cost: 7, available: 7 }], undefined],
  ['one more than there is', [{ cost: 8, available: 7 }], { cost: 8, available: 7, missing: 1 }],
  [
    'together more than there is, each less',
    [4, 4, 4].map((cost) => ({ cost, available: 10 })),
    { cost: 12, available: 10, missing: 2 },
  ],
  ['nothing, where the server pays', [{ cost: 8, available: 0, sharedCredits: share(8, 100) }], undefined],
  [
    'the second, where the server pays the first alone',
    [5, 5].map((cost) => ({ cost, available: 3, sharedCredits: share(9, 100) })),
    { cost: 10, available: 3, missing: 2 },
  ],
  [
    'all, where the server has less than the allowance',
    [{ cost: 8, available: 0, sharedCredits: share(50, 7) }],
    { cost: 8, available: 0, missing: 8 },
  ],
] as const)('credits are short for %s only by what nobody can pay', (_, quotes, shortage) => {
  expect(findShortage(quotes)).toEqual(shortage);
});

test('what is missing is said with the price and the balance in both languages', () => {
  const shortage = { cost: 21, available: 20, missing: 1 };
  expect(shortageTexts.en(shortage)).toBe('This costs 21 credits, and you have 20: 1 is missing.');
  expect(shortageTexts['zh-CN'](shortage)).toBe('需要 21 积分，您有 20 积分，还差 1 积分。');
});
