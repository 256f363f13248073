import { silentLog } from '@star-graph/core/testing/events';
import { expect, test } from 'vitest';
import { toProblem } from './toProblem.ts';

test.each([
  ['a disk that is full', { code: 'ENOSPC' }, ['unavailable', 60]],
  ['a share of the disk that is used up', { code: 'EDQUOT' }, ['unavailable', 60]],
  ['a table that is full', { errno: 1114, code: 'ER_RECORD_FILE_FULL' }, ['unavailable', 60]],
  ['anything unexpected', { code: 'E_OTHER' }, ['internal', undefined]],
])('%s is told as what it is, without what it said', (_, facts, [code, retryAfterSeconds]) => {
  const problem = toProblem(silentLog, Object.assign(new Error('secret'), facts));
  expect(problem).toMatchObject({ code, retryAfterSeconds });
  expect(problem.message).not.toContain('secret');
});
