import { expect, test } from 'vitest';
import { en } from '../../replies/texts/en.ts';
import { zhCN } from '../../replies/texts/zhCN.ts';
import { priceNote } from './formFields.ts';

const quote = { cost: 1_021, available: 1_000, lane: 'interactive' } as const;
const sharedCredits = { perDay: 5_000, left: 5_000, available: 5_000, pays: true };

test('a form says what is missing before it is sent, whole, and its price where nothing is', () => {
  const shortage = { cost: 1_021, available: 1_000, missing: 21 };
  for (const say of [en, zhCN]) {
    const { note = '' } = priceNote(say, quote, say.usualPrice);
    expect(note).toBe(say.sentences([say.shortage(shortage), say.wayToCredits]));
    expect(note.length).toBeLessThanOrEqual(100);
  }
  expect(priceNote(en, { ...quote, available: 1_021 })).toEqual({ note: en.price(1_021) });
  expect(priceNote(en, { ...quote, sharedCredits })).toEqual({ note: en.shared.price(1_021, 5_000, 5_000) });
  expect(priceNote(en, undefined)).toEqual({});
});
