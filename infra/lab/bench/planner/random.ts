import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Draws {
  /** A number from 0 up to, but not including, 1. */
  share(): number;
  between(min: number, max: number): number;
  /** With this mean, as the gaps between independent events are. */
  exponential(mean: number): number;
  /** The logarithm of it has a normal distribution. */
  logNormal(median: number, sigma: number): number;
  /** An index, as often as its weight says. */
  weighted(weights: readonly number[]): number;
}

/** The same draws for the same seed, on every machine. */
export function createDraws(seed: number): Draws {
  const generator = xoroshiro128plus(seed);
  const share = () => (generator.next() >>> 0) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share());
  return {
    share,
    between: (min, max) => min + (max - min) * share(),
    exponential: (mean) => -Math.log(1 - share()) * mean,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    weighted(weights) {
      let left = share() * weights.reduce((sum, weight) => sum + weight, 0);
      for (const [index, weight] of weights.entries()) {
        left -= weight;
        if (left < 0) return index;
      }
      return weights.length - 1;
    },
  };
}
