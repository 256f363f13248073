import type { PlannedPlace, PublishedPlan } from '../leader/publishedPlan.ts';
import { meanTaskSeconds, quantumSeconds } from '../planner/fairShare.ts';
import type { PersonPolicy } from '../planner/planInput.ts';

/** A waiting task's place: 1 is next. */
export interface QueuedPlace extends PlannedPlace {
  queuePosition: number;
}

/** What waits in the queue, in the order of the plan. Tasks on a backend stand before it. */
export const listQueuedPlaces = ({ tasks, unbegun }: PublishedPlan): QueuedPlace[] =>
  tasks.flatMap((place, index) =>
    place.isAssigned ? [] : [{ ...place, queuePosition: unbegun + index + 1 }],
  );

/** The next task of the queue for each backend that is expected to get one. */
export function nextByBackend(plan: PublishedPlan): ReadonlyMap<string, QueuedPlace> {
  const next = new Map<string, QueuedPlace>();
  for (const place of listQueuedPlaces(plan))
    if (place.backendId !== undefined && !next.has(place.backendId)) next.set(place.backendId, place);
  return next;
}

/** What GPU time somebody got, beside the others. */
export interface QueueShare extends PersonPolicy {
  userId: string;
  queued: number;
  /** They hold as many slots as they may. */
  heldBack: boolean;
  servedSeconds: number;
  aheadSeconds: number;
  comesFirst: boolean;
}

/** First those who wait; of either the least served first. */
export function listShares({ people, tasks }: PublishedPlan): QueueShare[] {
  const waiting = people.filter((person) => person.queued > 0 && !isHeldBack(person));
  const least = Math.min(...(waiting.length > 0 ? waiting : people).map(({ seconds }) => seconds));
  const quantum = quantumSeconds(waiting.length, meanTaskSeconds(tasks.map(({ task }) => task)));
  return people.map((person) => {
    const { userId, queued, seconds, weight, simultaneousTasks } = person;
    const heldBack = isHeldBack(person);
    return {
      userId,
      weight,
      simultaneousTasks,
      queued,
      heldBack,
      servedSeconds: seconds,
      aheadSeconds: Math.max(0, seconds - least),
      comesFirst: queued > 0 && !heldBack && seconds <= least + quantum,
    };
  });
}

const isHeldBack = ({ simultaneousTasks, heldSeconds }: PublishedPlan['people'][number]): boolean =>
  simultaneousTasks !== null && heldSeconds.length >= simultaneousTasks;

interface PlanSummary {
  ageSeconds: number;
  /** How many people have waiting tasks; those who are held back do not count. */
  peopleWaiting: number;
  quantumSeconds: number;
}

export function summarisePlan({ ageMs, people, tasks }: PublishedPlan): PlanSummary {
  const peopleWaiting = people.filter((person) => person.queued > 0 && !isHeldBack(person)).length;
  const quantum = quantumSeconds(peopleWaiting, meanTaskSeconds(tasks.map(({ task }) => task)));
  return { ageSeconds: ageMs / 1_000, peopleWaiting, quantumSeconds: quantum };
}
