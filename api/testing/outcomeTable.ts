import type { Outcome } from '@star-graph/client/outcome';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { outcomeTexts } from '@star-graph/workflows/shared/outcomeTexts';
import { expect } from 'vitest';

/** Every way in which a task ends, and what each client says of it. The tests of each client go through it. */

type Locale = 'en' | 'zh-CN';
export const locales: readonly Locale[] = ['en', 'zh-CN'];

const picture: TaskView['outputs'][number] = {
  id: '01900000-0000-7000-8000-000000000101',
  kind: 'output',
  mime: 'image/png',
  width: 64,
  height: 64,
  bytes: 100,
  sha256: '0'.repeat(64),
  url: 'http://127.0.0.1/files/0.png',
};

const failure = (code: 'out-of-time' | 'generation-failed'): NonNullable<TaskView['error']> => ({
  type: `urn:star-graph:problem:${code}`,
  instance: 'urn:star-graph:task:1',
  title: code,
  status: 500,
  detail: 'The server says why.',
});

const endOf = (change: Partial<TaskView>): TaskView => ({
  id: '01900000-0000-7000-8000-000000000001',
  type: 'text2img',
  workflow: { name: 'text2img', version: 1 },
  status: 'succeeded',
  lane: 'interactive',
  params: { prompt: 'a fox' },
  meta: {},
  cost: 4,
  attempt: 1,
  cached: false,
  progress: { percent: 100 },
  outputs: [],
  createdAt: '2026-12-01T00:00:00.000Z',
  finishedAt: '2026-12-01T00:00:09.000Z',
  ...change,
});

interface OutcomeRow {
  name: string;
  task: TaskView;
  outcome: Partial<Outcome>;
  /** Of the texts of all clients. */
  says?: 'withheld' | 'deleted' | 'failedPaid';
  /** Whether it may be said that nothing was charged. */
  isFree?: boolean;
}

export const outcomeTable: readonly OutcomeRow[] = [
  {
    name: 'a result',
    task: endOf({ outputs: [picture] }),
    outcome: { kind: 'result', withheld: 0, paid: 4, returned: 0 },
  },
  {
    name: 'a result beside one that is withheld',
    task: endOf({ outputs: [picture], withheld: 1, charged: 3 }),
    outcome: { kind: 'result', withheld: 1, paid: 3 },
  },
  {
    name: 'a withheld result',
    task: endOf({ withheld: 1 }),
    outcome: { kind: 'withheld', withheld: 1, paid: 4, returned: 0 },
    says: 'withheld',
  },
  {
    name: 'a withheld result from the cache',
    task: endOf({ withheld: 1, cached: true, cost: 0 }),
    outcome: { kind: 'withheld', paid: 0 },
    says: 'withheld',
  },
  {
    name: 'a deleted result',
    task: endOf({}),
    outcome: { kind: 'deleted', paid: 4, returned: 0 },
    says: 'deleted',
  },
  {
    name: 'a failure',
    task: endOf({ status: 'failed', charged: 0, error: failure('generation-failed') }),
    outcome: { kind: 'failed', code: 'generation-failed', hasOwnPrice: false, paid: 0, returned: 4 },
    isFree: true,
  },
  {
    name: 'a graph that ran out of its time',
    task: endOf({ status: 'failed', charged: 4, error: failure('out-of-time') }),
    outcome: { kind: 'failed', code: 'out-of-time', hasOwnPrice: false, paid: 4, returned: 0 },
  },
  {
    name: 'a graph that broke off by itself',
    task: endOf({ status: 'failed', charged: 3, error: failure('generation-failed') }),
    outcome: { kind: 'failed', hasOwnPrice: true, paid: 3, returned: 1 },
    says: 'failedPaid',
  },
  {
    name: 'a cancel that cost nothing',
    task: endOf({ status: 'cancelled', charged: 0 }),
    outcome: { kind: 'cancelled', paid: 0, returned: 4 },
    isFree: true,
  },
  {
    name: 'a cancel for what was computed',
    task: endOf({ status: 'cancelled', charged: 3 }),
    outcome: { kind: 'cancelled', paid: 3, returned: 1 },
  },
];

const marks = {
  withheld: /withheld|扣留/,
  deleted: /no longer stored|不再保存/,
  failedPaid: /time it used is paid|已用的时间照常扣除积分/,
} as const;
const free = /nothing was charged|got your credits back|未扣积分/i;

/** Holds the words of a client against the row: it says what is so, and nothing of what other rows say. */
export function expectTruth(words: string, row: OutcomeRow, locale: Locale): void {
  expect(words.trim(), row.name).not.toBe('');
  if (row.says) expect(words, row.name).toContain(outcomeTexts[row.says][locale]);
  if (!row.isFree) expect(words, row.name).not.toMatch(free);
  const isPartly = 'withheld' in row.outcome && row.outcome.kind === 'result';
  for (const [name, mark] of Object.entries(marks)) {
    const isSaid = name === row.says || (isPartly && name === 'withheld');
    const isOwn = name === 'failedPaid' && row.outcome.kind === 'failed';
    if (!isSaid && !isOwn) expect(words, row.name).not.toMatch(mark);
  }
}

export const outcomeCells = outcomeTable.flatMap((row) =>
  locales.map((locale) => ({ name: row.name, locale, row })),
);
