import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ownable, rebalance } from './rebalance.ts';

const backend = (id: string, values: Partial<Ownable> = {}): Ownable => ({
  id,
  isFree: false,
  isMine: false,
  isBusy: false,
  ...values,
});
const free = { isFree: true };
const mine = { isMine: true };

describe('the share of a dispatcher', () => {
  test('is everything when it is alone', () => {
    const moves = rebalance([backend('a', free), backend('b', free), backend('c', mine)], 1);
    expect(moves).toEqual({ take: ['a', 'b'], takeAtMost: 2, giveUp: [] });
  });

  test('is rounded up, so that no backend stays free', () => {
    const backends = ['a', 'b', 'c'].map((id) => backend(id, free));
    expect(rebalance(backends, 2)).toMatchObject({ take: ['a', 'b', 'c'], takeAtMost: 2 });
  });

  test('is restored by releasing only idle backends', () => {
    const backends = [backend('a', { ...mine, isBusy: true }), backend('b', mine), backend('c', mine)];
    expect(rebalance(backends, 3)).toEqual({ take: [], takeAtMost: 0, giveUp: ['b', 'c'] });
    expect(
      rebalance(
        backends.map((one) => ({ ...one, isBusy: true })),
        3,
      ).giveUp,
    ).toEqual([]);
  });

  test('renews its own expired lease instead of taking it', () => {
    expect(rebalance([backend('a', { isMine: true, isFree: true })], 1)).toMatchObject({
      take: [],
      giveUp: [],
    });
  });

  test('settles with every backend owned, from any start', () => {
    const owners = fc.array(fc.nat(3), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(owners, fc.integer({ min: 1, max: 4 }), (initial, dispatchers) => {
        let owned: (number | undefined)[] = initial.map((owner) => (owner < dispatchers ? owner : undefined));
        const seenBy = (me: number) =>
          owned.map((owner, index) =>
            backend(String(index), { isFree: owner === undefined, isMine: owner === me }),
          );
        for (let round = 0; round < 3; round++)
          for (let me = 0; me < dispatchers; me++) {
            const moves = rebalance(seenBy(me), dispatchers);
            const { giveUp } = moves;
            const take = moves.take.slice(0, moves.takeAtMost);
            owned = owned.map((owner, index) =>
              giveUp.includes(String(index)) ? undefined : take.includes(String(index)) ? me : owner,
            );
          }
        const part = Math.ceil(initial.length / dispatchers);
        expect(owned).not.toContain(undefined);
        for (let me = 0; me < dispatchers; me++)
          expect(owned.filter((owner) => owner === me).length).toBeLessThanOrEqual(part);
      }),
    );
  });
});
