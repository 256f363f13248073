import { ClientProblem } from '@star-graph/client/clientProblem';
import type { ProblemView } from '@star-graph/contract/problems';
import { expect, test } from 'vitest';
import { listFaults } from './listFaults.ts';

const refusedFor = (detail: string, errors: { pointer: string; message: string }[]) =>
  listFaults(
    new ClientProblem({ type: '', title: '', status: 422, detail, errors } as unknown as ProblemView),
  );

test('a refused import says each fault once, and none that its sentence says', () => {
  const other = { pointer: '/params/seed', message: 'must be a number' };
  expect(
    refusedFor('The file holds no workflow.', [
      { pointer: '/file', message: 'The file holds no workflow' },
      { pointer: '/file', message: 'the file holds no workflow.' },
      other,
      other,
    ]),
  ).toEqual([other]);
  expect(listFaults(new Error('x'))).toEqual([]);
});
