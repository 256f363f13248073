import type { ReadyTask } from './planInput.ts';

/**
 * How many GPU-seconds by weight people may be ahead of the least served one and still come before them. A wider quantum lets a
 * backend keep its models longer; a narrower one lets people who ask for little through a flood sooner. So it grows with
 * the number of people who wait: waits are short in a short queue, and little time is spent on loading in a long one.
 * Where tasks are long, a person's turn would end after two or three, and with it the stay; so it grows faster.
 */
const quantumPerPerson = 20;
export const leastQuantum = 60;
const mostQuantum = 1_800;

/**
 * Whose own waiting work is small may be further ahead: their turn ends by itself, and to end it sooner would cost a
 * load. While such people wait, the others keep to a short turn, which lets somebody through who asks for little.
 */
const timesFurther = 2;
const shortTurn = { seconds: 500, tasks: 8 };
/** So much is small, in GPU-seconds, and more on a large pool, which is through with it sooner. */
const smallWork = { seconds: 400, perBackend: 50 };

/**
 * The first task of a person's line comes next after so long. Each set of models that no backend keeps then costs a
 * load for each of these times, so a shorter one costs GPU time.
 */
export const longestWaitMs = 40 * 60_000;

/**
 * @param people who wait.
 * @param taskSeconds the mean time of the tasks that wait.
 */
export function quantumSeconds(people: number, taskSeconds: number): number {
  const perPerson = Math.max(quantumPerPerson, Math.min(people, taskSeconds));
  return Math.min(mostQuantum, Math.max(leastQuantum, perPerson * people));
}

/** The furthest that anybody is let ahead. */
export const widestQuantumSeconds = (people: number, taskSeconds: number): number =>
  Math.min(mostQuantum, timesFurther * quantumSeconds(people, taskSeconds));

/** The mean time of these tasks on an ordinary backend. */
export const meanTaskSeconds = (tasks: readonly Pick<ReadyTask, 'estimateSeconds'>[]): number =>
  tasks.reduce((sum, { estimateSeconds }) => sum + estimateSeconds, 0) / Math.max(1, tasks.length);

/** A person who waits. */
export interface Person {
  readonly userId: string;
  readonly weight: number;
  /** GPU-seconds by weight, those of this plan included. */
  served: number;
  /** What their waiting tasks take on ordinary backends; whole, so that its sum does not depend on the order. */
  waitingMs: number;
}

/** Up to how many GPU-seconds by weight somebody may have got to be next. */
export interface UpTo {
  /** The bound of people whose waiting work is small. */
  readonly small: number;
  readonly others: number;
  /** Up to where it is small. */
  readonly smallMs: number;
}

export const upToAll: UpTo = {
  small: Number.POSITIVE_INFINITY,
  others: Number.POSITIVE_INFINITY,
  smallMs: 0,
};

export const mayBeNext = ({ served, waitingMs }: Pick<Person, 'served' | 'waitingMs'>, upTo: UpTo): boolean =>
  served <= (waitingMs <= upTo.smallMs ? upTo.small : upTo.others);

/** @param people who wait */
export function eligibleUpTo(
  people: Iterable<Pick<Person, 'served' | 'waitingMs'>>,
  { taskSeconds, backends }: { taskSeconds: number; backends: number },
): UpTo {
  const smallMs = Math.max(smallWork.seconds, smallWork.perBackend * backends) * 1_000;
  let [least, count, isSmallWaiting] = [Number.POSITIVE_INFINITY, 0, false];
  for (const { served, waitingMs } of people) {
    least = Math.min(least, served);
    count += 1;
    isSmallWaiting ||= waitingMs <= smallMs;
  }
  const widest = least + widestQuantumSeconds(count, taskSeconds);
  const short = Math.max(shortTurn.seconds, shortTurn.tasks * taskSeconds);
  const others = isSmallWaiting ? least + Math.min(short, quantumSeconds(count, taskSeconds)) : widest;
  return { small: widest, others, smallMs };
}
