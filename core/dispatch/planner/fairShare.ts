/**
 * How many GPU-seconds a person may be ahead of the least served one and still come before them. A wider quantum lets a
 * backend keep its models longer; a narrower one lets people who ask for little through a flood sooner. So it grows with
 * the number of people who wait: waits are short in a short queue, and little time is spent on loading in a long one.
 */
const quantumPerPerson = 20;
export const leastQuantum = 60;
const mostQuantum = 900;

/**
 * The first task of a person's line comes next after so long. Each set of models that no backend keeps then costs a
 * load for each of these times, so a shorter one costs GPU time.
 */
export const longestWaitMs = 20 * 60_000;

export const quantumSeconds = (people: number): number =>
  Math.min(mostQuantum, Math.max(leastQuantum, quantumPerPerson * people));

/** GPU-seconds by person. */
export type Served = ReadonlyMap<string, number>;

export const servedSeconds = (served: Served, userId: string): number => served.get(userId) ?? 0;

/** Up to how many GPU-seconds one of these people may have got to be next. */
export function eligibleUpTo(served: Served, people: Iterable<string>): number {
  let [least, count] = [Number.POSITIVE_INFINITY, 0];
  for (const userId of people) {
    least = Math.min(least, servedSeconds(served, userId));
    count += 1;
  }
  return least + quantumSeconds(count);
}
