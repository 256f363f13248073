import { expectTruth, outcomeCells } from '@star-graph/api/testing/outcomeTable';
import { language } from '@star-graph/ui/texts/language';
import { expect, onTestFinished, test } from 'vitest';
import { describeEnd } from './describeEnd.ts';

test.each(outcomeCells)('$name is told in $locale as what it is', ({ row, locale }) => {
  onTestFinished(() => {
    language.value = 'en';
  });
  language.value = locale;
  const end = describeEnd(row.task);
  if (row.outcome.kind === 'result') expect(end).toBeUndefined();
  else expectTruth(`${end?.title}\n${end?.hint ?? ''}`, row, locale);
});
