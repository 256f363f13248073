import type { PlanFacts } from './planInput.ts';

export type PeopleFacts = Pick<PlanFacts, 'policies' | 'heldSeconds'>;

/** How many slots each person holds whose number of them is limited. */
export interface HeldSlots {
  /** They hold as many as they may. */
  isFull(userId: string): boolean;
  /** Expected seconds until they may have one more; now or earlier if they are not full. */
  freeAfterSeconds(userId: string): number;
  /** @param untilSeconds when it is expected to be free. */
  take(userId: string, untilSeconds: number): void;
  /** So many seconds later: slots that were free by then are. */
  pass(userId: string, seconds: number): void;
}

export function createHeldSlots({ policies, heldSeconds }: PeopleFacts): HeldSlots {
  /** Until when, by person. */
  const held = new Map<string, readonly number[]>();
  const mostOf = (userId: string) => policies?.get(userId)?.simultaneousTasks ?? Number.POSITIVE_INFINITY;
  const heldBy = (userId: string) => held.get(userId) ?? heldSeconds?.get(userId) ?? [];
  return {
    isFull: (userId) => heldBy(userId).length >= mostOf(userId),
    freeAfterSeconds(userId) {
      const sorted = heldBy(userId).toSorted((a, b) => a - b);
      return sorted[sorted.length - mostOf(userId)] ?? Number.NEGATIVE_INFINITY;
    },
    take(userId, untilSeconds) {
      if (mostOf(userId) < Number.POSITIVE_INFINITY) held.set(userId, [...heldBy(userId), untilSeconds]);
    },
    pass(userId, seconds) {
      held.set(
        userId,
        heldBy(userId).filter((until) => until > seconds),
      );
    },
  };
}

/** Those of some people who hold as many slots as they may: their waiting tasks are held back. */
export function listHeldBack(facts: PeopleFacts, people: Iterable<string>): ReadonlySet<string> {
  if (!facts.policies?.size) return nobody;
  const slots = createHeldSlots(facts);
  return new Set([...people].filter((userId) => slots.isFull(userId)));
}

const nobody: ReadonlySet<string> = new Set();
