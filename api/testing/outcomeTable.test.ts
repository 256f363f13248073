import { outcomeOf } from '@star-graph/client/outcome';
import { outcomeTexts } from '@star-graph/workflows/shared/outcomeTexts';
import { isTerminal, taskStatuses } from '@star-graph/workflows/shared/taskStatuses';
import { expect, test } from 'vitest';
import { outcomeTable } from './outcomeTable.ts';

test.each(outcomeTable)(
  '$name is one outcome, with what was paid and what came back',
  ({ task, outcome }) => {
    expect(outcomeOf(task)).toMatchObject(outcome);
  },
);

test('a task that waits or runs has no end yet', () => {
  for (const status of taskStatuses.filter((each) => !isTerminal(each)))
    for (const { task } of outcomeTable) expect(outcomeOf({ ...task, status })).toEqual({ kind: 'open' });
});

test('a withheld result is said to be paid for, and what its person can do', () => {
  expect(outcomeTexts.withheld.en).toMatch(/not paid back.*Ask the operator.*change what you ask for/);
  expect(outcomeTexts.withheld['zh-CN']).toMatch(/不予退还.*管理员.*修改/);
});
