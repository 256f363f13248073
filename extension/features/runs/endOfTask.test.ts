import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectTruth, outcomeCells } from '@star-graph/api/testing/outcomeTable';
import { expect, test } from 'vitest';
import { addServerTexts } from '../../serverTexts.ts';
import { endOfTask } from './endOfTask.ts';

const readTexts = (locale: 'en' | 'zh-CN') => {
  const folder = locale === 'en' ? 'en' : 'zh_CN';
  const path = join(import.meta.dirname, '../../public/_locales', folder, 'messages.json');
  return addServerTexts(JSON.parse(readFileSync(path, 'utf8')), locale);
};

test.each(outcomeCells)('$name is told in $locale as what it is', ({ row, locale }) => {
  const { state, problem, outputAssetId, charged, cost } = endOfTask(row.task) ?? {};
  const texts = readTexts(locale);
  // As `describeCancelled` chooses.
  const cancelled = charged ? 'stateCancelledCharged' : 'stateCancelled';
  const key = problem ? `problem_${problem.code.replaceAll('-', '_')}` : cancelled;
  if (row.outcome.kind === 'result') {
    expect({ state, problem, outputAssetId, cost }).toEqual({
      state: 'succeeded',
      outputAssetId: row.task.outputs[0]?.id,
      cost: row.task.charged ?? row.task.cost,
    });
    return;
  }
  expectTruth(texts[key]?.message ?? '', row, locale);
  expect(outputAssetId).toBeUndefined();
  // What its day's budget is held against.
  expect(row.outcome).toMatchObject({ paid: charged });
});

test('a run goes on while its task does', () => {
  for (const status of ['queued', 'assigned', 'running'] as const)
    for (const { row } of outcomeCells) expect(endOfTask({ ...row.task, status })).toBeUndefined();
});
