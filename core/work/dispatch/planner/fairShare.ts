import type { ReadyTask } from './planInput.ts';

/**
 * How many GPU-seconds by weight a person may be ahead of the least served one and still come before them. A wider quantum lets a
 * backend keep its models longer; a narrower one lets people who ask for little through a flood sooner. So it grows with
 * the number of people who wait: waits are short in a short queue, and little time is spent on loading in a long one.
 * Where tasks are long, a person's turn would end after two or three, and with it the stay; so it grows faster.
 */
const quantumPerPerson = 20;
export const leastQuantum = 60;
const mostQuantum = 1_800;

/**
 * The first task of a person's line comes next after so long. Each set of models that no backend keeps then costs a
 * load for each of these times, so a shorter one costs GPU time.
 */
export const longestWaitMs = 25 * 60_000;

/**
 * @param people who wait.
 * @param taskSeconds the mean time of the tasks that wait.
 */
export function quantumSeconds(people: number, taskSeconds: number): number {
  const perPerson = Math.max(quantumPerPerson, Math.min(people, taskSeconds));
  return Math.min(mostQuantum, Math.max(leastQuantum, perPerson * people));
}

/** On an ordinary backend. */
export const meanTaskSeconds = (tasks: readonly Pick<ReadyTask, 'estimateSeconds'>[]): number =>
  tasks.reduce((sum, { estimateSeconds }) => sum + estimateSeconds, 0) / Math.max(1, tasks.length);

/** A person who waits. */
export interface Person {
  readonly userId: string;
  readonly weight: number;
  /** GPU-seconds by weight, those of this plan included. */
  served: number;
}

/** Up to how many GPU-seconds by weight one of these people may have got to be next. */
export function eligibleUpTo(people: Iterable<Pick<Person, 'served'>>, taskSeconds: number): number {
  let [least, count] = [Number.POSITIVE_INFINITY, 0];
  for (const { served } of people) {
    least = Math.min(least, served);
    count += 1;
  }
  return least + quantumSeconds(count, taskSeconds);
}
