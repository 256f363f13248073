import { expect, test } from 'vitest';
import { actions, formatButtonId, parseButtonId } from './customId.ts';

const taskId = '01900000-0000-7000-8000-000000000000';

test.each(actions)('the whole state of %s fits into its custom_id', (action) => {
  const button = { action, taskId, index: 7 };
  const customId = formatButtonId(button);
  expect(customId.length).toBeLessThanOrEqual(100);
  expect(parseButtonId(customId)).toEqual(button);
});

test.each([
  '',
  'sg0:cancel:01900000-0000-7000-8000-000000000000:0',
  'sg1:explode:01900000-0000-7000-8000-000000000000:0',
  'sg1:cancel:../../admin:0',
  'sg1:cancel:01900000-0000-7000-8000-000000000000:-1',
  'sg1:cancel:01900000-0000-7000-8000-000000000000:0 ',
  'sg1:cancel:01900000-0000-7000-8000-000000000000',
])('a forged or foreign custom_id is nothing: %j', (customId) => {
  expect(parseButtonId(customId)).toBeUndefined();
});
