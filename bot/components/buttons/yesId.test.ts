import { expect, test } from 'vitest';
import { formatYesId, parseYesId, type YesId } from './yesId.ts';

const id = '01900000-0000-7000-8000-000000000000';
const again = { taskId: id, index: 3, workflow: 'minimax-h3-img2video', isPrivate: true };

test.each<YesId>([
  { cost: 21, after: { kind: 'animate', taskId: id, index: 2, isPrivate: false } },
  { cost: 9_999_999, after: { kind: 'again', again } },
  { cost: 44, after: { kind: 'picture', assetId: id, isPrivate: true } },
  { cost: 44, after: { kind: 'picture', assetId: id, parentId: id, isPrivate: false } },
])('a yes is read as it was written, and fits in a button: %j', (yes) => {
  expect(parseYesId(formatYesId(yes))).toEqual(yes);
  expect(formatYesId(yes).length).toBeLessThanOrEqual(100);
});

test.each([
  '',
  'sg1y:21:',
  `sg1y:0:b:p:${id}:0`,
  `sg1y:21:b:x:${id}:0`,
  `sg1y:21:a:p:${id}:x`,
  `sg1y:-1:b:p:${id}:0`,
])('nothing else is a yes: %j', (text) => expect(parseYesId(text)).toBeUndefined());
