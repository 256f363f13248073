import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws that depend on the seed alone. */
export interface Random {
  /** From `min` to `max`, both included. */
  whole(min: number, max: number): number;
  chance(percent: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** `count` different ones, in the order of the draw; all of them when there are no more. */
  pickSome<T>(choices: readonly T[], count: number): T[];
}

export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const whole = (min: number, max: number): number => uniformInt(generator, min, max);
  const pick = <T>(choices: readonly T[]): T => {
    const choice = choices[whole(0, choices.length - 1)];
    if (choice === undefined) throw new RangeError('nothing to pick from');
    return choice;
  };
  return {
    whole,
    pick,
    chance: (percent) => whole(1, 100) <= percent,
    pickSome<T>(choices: readonly T[], count: number): T[] {
      const left = [...choices];
      const picked: T[] = [];
      while (picked.length < count && left.length > 0) {
        picked.push(...left.splice(whole(0, left.length - 1), 1));
      }
      return picked;
    },
  };
}
