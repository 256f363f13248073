import type { ShownProblem } from '../runs/problem.ts';
import { createStoredItem } from '../runs/storedItem.ts';
import { readSettings } from './settings.ts';

/**
 * What is spent without a press. A run holds its price before it is sent and keeps what it cost in the end. A run that
 * is sent again after its worker died holds nothing more.
 */
export interface Budget {
  /** The person's day: the next one begins with nothing spent. */
  day: string;
  costs: Readonly<Record<string, number>>;
  /** A price that no longer fitted. */
  refused?: number | undefined;
  /** Nothing more is sent until the person lets it go on. */
  isStopped?: boolean;
  /** Why it stopped by itself. */
  problem?: ShownProblem | undefined;
}

export const budgetItem = createStoredItem<Budget>('local', 'budget', { day: '', costs: {} });

export const ofToday = (budget: Budget): Budget => {
  const day = new Date().toDateString();
  return budget.day === day ? budget : { ...budget, day, costs: {}, refused: undefined };
};

export const spentOf = ({ costs }: Budget): number =>
  Object.values(costs).reduce((sum, cost) => sum + cost, 0);

/** Whether another picture may be worth reading. */
export const hasRoom = (budget: Budget, creditsPerDay: number): boolean =>
  !budget.isStopped && spentOf(budget) + (budget.refused ?? 1) <= creditsPerDay;

/** The lock belongs to the browser: of two workers or pages one comes after the other. */
const changeBudget = async (change: (budget: Budget) => Budget): Promise<Budget> =>
  await navigator.locks.request('star-graph-budget', async () => {
    const next = change(ofToday(await budgetItem.getValue()));
    await budgetItem.setValue(next);
    return next;
  });

/** @param mayBegin false: only a run that holds its price already goes on. @returns whether the run may be sent */
export async function holdCredits(runId: string, cost: number, mayBegin: boolean): Promise<boolean> {
  const { creditsPerDay } = await readSettings();
  const isHeld = ({ costs }: Budget) => (costs[runId] ?? -1) >= cost;
  const held = await changeBudget((budget) => {
    if (isHeld(budget) || !mayBegin || budget.isStopped) return budget;
    if (spentOf(budget) + cost > creditsPerDay) return { ...budget, refused: cost };
    return { ...budget, costs: { ...budget.costs, [runId]: cost } };
  });
  return isHeld(held);
}

/** What the run cost in the end. */
export const settleCredits = (runId: string, cost: number): Promise<Budget> =>
  changeBudget((budget) =>
    runId in budget.costs
      ? { ...budget, costs: { ...budget.costs, [runId]: cost }, refused: undefined }
      : budget,
  );

/** Nothing more is sent without a press, or it goes on. */
export const setStopped = (isStopped: boolean, problem?: ShownProblem): Promise<Budget> =>
  changeBudget((budget) => ({ ...budget, isStopped, problem }));
