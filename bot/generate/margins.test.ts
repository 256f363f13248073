import { expect, test } from 'vitest';
import { Refusal } from '../replies/problems.ts';
import { en } from '../replies/texts/en.ts';
import { type Direction, readMargins } from './margins.ts';

const photo = { width: 1203, height: 800 };
const read = (direction: Direction, amount: string) => readMargins({ say: en }, direction, amount, photo);
const none = { left: 0, top: 0, right: 0, bottom: 0 };

test.each<[Direction, string, object]>([
  ['all', '25%', { left: 301, top: 200, right: 301, bottom: 200 }],
  ['left', '10 %', { ...none, left: 120 }],
  ['right', '100％', { ...none, right: 1203 }],
  ['up', '12,5%', { ...none, top: 100 }],
  ['down', '200%', { ...none, bottom: 1600 }],
  ['all', '64', { left: 64, top: 64, right: 64, bottom: 64 }],
  ['left', ' 200px ', { ...none, left: 200 }],
  ['down', '４０像素', { ...none, bottom: 40 }],
  ['right', '4096 Pixels', { ...none, right: 4096 }],
  ['up', '0.01%', { ...none, top: 1 }],
])('extending %s by %j adds whole pixels on those sides only', (direction, amount, margins) => {
  expect(read(direction, amount)).toEqual(margins);
});

test.each(['', '0', '0%', '-5', '201%', '4097', '25 percent', '1e3', '10%%', '25% 30%', 'a lot'])(
  'the amount %j is refused, saying what it may be',
  (amount) => {
    expect(() => read('all', amount)).toThrow(new Refusal(en.outpaint.amount(200, 4096)));
  },
);
