import { expect, test } from 'vitest';
import { Problem } from '../../../ground/errors.ts';
import { countFailure } from './accounts.ts';

test.each([
  ['a wrong credential', new Problem('unauthenticated', 'Wrong.'), 1],
  ['a right one', undefined, 0],
  ['a right one of a disabled account', new Problem('forbidden', 'Disabled.'), 0],
  ['one that could not be looked up', new Error('no answer from the database'), 0],
])('only a wrong credential stays counted: %s', async (_case, error, expected) => {
  let counted = 0;
  const throttle = {
    async countTry() {
      counted += 1;
    },
    async takeBack() {
      counted -= 1;
    },
    async succeed() {
      counted -= 1;
    },
  };
  const attempt = async () => {
    // Counted from the start, so simultaneous tries cannot get around the count.
    expect(counted).toBe(1);
    if (error) throw error;
    return 'signed in';
  };
  const outcome = countFailure(throttle, 'name', 'address', attempt);
  if (error) await expect(outcome).rejects.toBe(error);
  else expect(await outcome).toBe('signed in');
  expect(counted).toBe(expected);
});
