import { expectTruth, outcomeTable } from '@star-graph/api/testing/outcomeTable';
import { outcomeTexts } from '@star-graph/workflows/shared/outcomeTexts';
import { expect, test } from 'vitest';
import { noteOutcome } from './runWorkflow.ts';

test.each(outcomeTable)('$name is told as what it is, with what it cost', ({ ...row }) => {
  const { kind } = row.outcome;
  if (kind === 'result') {
    const { withheld = 0 } = row.task;
    const note = withheld > 0 ? outcomeTexts.moreWithheld.en(withheld) : undefined;
    return expect(noteOutcome(row.task)).toBe(note);
  }
  const words = wordsOf(() => noteOutcome(row.task));
  // Of a failure it has the server's own sentence.
  expectTruth(words, kind === 'failed' ? { ...row, says: undefined } : row, 'en');
  const paid = 'paid' in row.outcome ? row.outcome.paid : undefined;
  expect(words).toMatch(
    paid === 0 && kind !== 'withheld' ? /credits came back/ : new RegExp(`cost ${paid}\\b`),
  );
});

function wordsOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('an end without a result ended as if there was one');
}
