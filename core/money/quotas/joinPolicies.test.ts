import { expect, test } from 'vitest';
import { tighten } from './joinPolicies.ts';
import { noQuotas, type Quotas } from './quotas.ts';

const quotas = (some: Partial<Quotas>): Quotas => ({ ...noQuotas, ...some });

test.each([
  ['a limit where there was none', {}, {}, { openTasks: 5 }, { openTasks: 5 }],
  ['the lower limit', { openTasks: 9 }, {}, { openTasks: 5 }, { openTasks: 5 }],
  ['a limit of its own that is lower', { openTasks: 3 }, {}, { openTasks: 5 }, { openTasks: 3 }],
  ['its role, where that allows less', {}, { tasksPerDay: 3 }, { tasksPerDay: 5 }, {}],
  ['what the other has no limit for', { gpuSecondsPerDay: 7 }, {}, {}, { gpuSecondsPerDay: 7 }],
  [
    'workflows that both allow',
    { workflows: ['a', 'b'] },
    {},
    { workflows: ['b', 'c'] },
    { workflows: ['b'] },
  ],
  ['no workflow that one refuses', {}, { workflows: ['a'] }, { workflows: ['c'] }, { workflows: [] }],
  [
    'models that both allow, folder by folder',
    { models: ['checkpoints/a', 'checkpoints/b', 'loras/x'] },
    {},
    { models: ['checkpoints/b', 'vae/v'] },
    { models: ['checkpoints/b', 'loras/x', 'vae/v'] },
  ],
  [
    'a folder closed of which nothing is allowed by both',
    { models: ['checkpoints/a'] },
    {},
    { models: ['checkpoints/b'] },
    { models: ['checkpoints/'] },
  ],
])('a joined account keeps %s', (_what, own, ofRole, theirs, expected) => {
  expect(tighten(quotas(own), quotas(ofRole), quotas(theirs))).toEqual(quotas(expected));
});
