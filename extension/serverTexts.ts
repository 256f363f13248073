import { outcomeTexts } from '@star-graph/workflows/shared/outcomeTexts';
import { problemTexts, type Sentence } from '@star-graph/workflows/shared/problemTexts';
import type { OutcomeCode } from './features/runs/problem.ts';

export type Messages = Record<string, { message: string }>;

const textsOfOutcomes: Record<OutcomeCode, Sentence> = {
  'result-withheld': outcomeTexts.withheld,
  'result-deleted': outcomeTexts.deleted,
  'failed-paid': outcomeTexts.failedPaid,
};

/** For the build alone: no script carries them in both languages. */
export const addServerTexts = (own: Messages, locale: keyof Sentence): Messages => ({
  ...Object.fromEntries(
    Object.entries({ ...problemTexts, ...textsOfOutcomes }).map(([code, sentence]) => [
      `problem_${code.replaceAll('-', '_')}`,
      { message: sentence[locale] },
    ]),
  ),
  ...own,
});
