import { expect, test } from 'vitest';
import { eachAlone } from './eachAlone.ts';

test('one that fails holds up no other, and is told in the end', async () => {
  const done: number[] = [];
  const act = async (item: number) => {
    if (item % 2 === 0) throw new Error(`no ${item}`);
    done.push(item);
  };
  await expect(eachAlone([1, 2, 3], act)).rejects.toThrow('no 2');
  await expect(eachAlone([2, 5, 4], act)).rejects.toThrow('2 failed; the first: Error: no 2');
  await eachAlone([7], act);
  expect(done).toEqual([1, 3, 5, 7]);
  await expect(eachAlone([9], act, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  expect(done).not.toContain(9);
});
