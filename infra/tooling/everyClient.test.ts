import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEndMessage, type ResultDeps } from '@star-graph/bot/tracking/resultMessage';
import { type Outcome, outcomeOf } from '@star-graph/client/outcome';
import { describeEnd } from '@star-graph/console/app/views/create/stage/describeEnd';
import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { outcomeTexts } from '@star-graph/workflows/shared/outcomeTexts';
import { expect, test } from 'vitest';
import { language } from '../../api/ui/texts/language.ts';
import { endOfTask } from '../../extension/features/runs/endOfTask.ts';
import { addServerTexts } from '../../extension/serverTexts.ts';
import { noteOutcome } from '../cli/try/runWorkflow.ts';

const picture: AssetView = {
  id: '01900000-0000-7000-8000-000000000101',
  kind: 'output',
  mime: 'image/png',
  width: 64,
  height: 64,
  bytes: 100,
  sha256: '0'.repeat(64),
  url: 'http://127.0.0.1/files/0.png',
};
const failure = (code: string) => ({
  type: `urn:star-graph:problem:${code}` as NonNullable<TaskView['error']>['type'],
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

type Locale = 'en' | 'zh-CN';
const locales: readonly Locale[] = ['en', 'zh-CN'];
const botDeps = {
  catalogue: { listModels: async () => [], listWorkflows: async () => [], opensInDiscord: async () => false },
  clock: systemClock,
  clientFor: () => ({}),
  fetch: async () => new Response('bytes'),
} as unknown as ResultDeps;

/** All words of what each client shows of an ended task. */
const clients: Record<string, (task: TaskView, locale: Locale) => string | Promise<string>> = {
  async bot(task, locale) {
    const ref = { u: '300000000000000001', l: locale, e: false, s: 1_000_000, p: false, d: undefined };
    const { embeds } = await createEndMessage(botDeps, task, ref);
    const [{ title, description, fields = [] } = {}] = (embeds ?? []) as {
      title?: string;
      description?: string;
      fields?: { value: string }[];
    }[];
    return [title, description, ...fields.map(({ value }) => value)].join('\n');
  },
  extension(task, locale) {
    const folder = locale === 'en' ? 'en' : 'zh_CN';
    const path = join(import.meta.dirname, '../../extension/public/_locales', folder, 'messages.json');
    const texts = addServerTexts(JSON.parse(readFileSync(path, 'utf8')), locale);
    const { state, problem } = endOfTask(task) ?? {};
    if (!problem) return state === 'succeeded' ? 'shows the picture' : (texts.stateCancelled?.message ?? '');
    return texts[`problem_${problem.code.replaceAll('-', '_')}`]?.message ?? '';
  },
  console(task, locale) {
    language.value = locale;
    const { title, hint } = describeEnd(task) ?? { title: 'shows the picture' };
    return [title, hint].join('\n');
  },
  try(task) {
    try {
      return noteOutcome(task) ?? 'saves the picture';
    } catch (error) {
      return (error as Error).message;
    }
  },
};

const lies = /no longer stored|could not be fetched|nothing was charged|已不再保存|未扣积分|\bdone\b|完成/i;
const outcomes: { told: string; kind: Outcome['kind']; task: TaskView; says: Record<Locale, string> }[] = [
  {
    told: 'a result that is withheld',
    kind: 'withheld',
    task: endOf({ withheld: 1 }),
    says: { en: outcomeTexts.withheld.en, 'zh-CN': outcomeTexts.withheld['zh-CN'] },
  },
  {
    told: 'a graph that broke off by itself, for which its time is paid',
    kind: 'failed',
    task: endOf({ status: 'failed', charged: 3, error: failure('generation-failed') }),
    says: { en: outcomeTexts.failedPaid.en, 'zh-CN': outcomeTexts.failedPaid['zh-CN'] },
  },
];

const cells = Object.keys(clients).flatMap((client) =>
  locales
    // The command line speaks English alone.
    .filter((locale) => client !== 'try' || locale === 'en')
    .map((locale) => ({ client, locale, say: clients[client] as (typeof clients)[string] })),
);

test.each(cells)(
  '$client says in $locale what became of a task, and nothing that is not so',
  async ({ client, locale, say }) => {
    for (const { told, kind, task, says } of outcomes) {
      expect(outcomeOf(task).kind).toBe(kind);
      const words = await say(task, locale);
      // The command line has the server's own sentence of a failure, and the price beside it.
      const sentence = client === 'try' && kind === 'failed' ? 'What was computed cost 3 of 4' : says[locale];
      expect(words, told).toContain(sentence);
      expect(words, told).not.toMatch(lies);
    }
    expect(await say(endOf({}), locale)).toContain(outcomeTexts.deleted[locale]);
    const withheld = await say(endOf({ withheld: 1 }), locale);
    expect(withheld).toMatch(locale === 'en' ? /not paid back.*Ask the operator/ : /不予退还.*管理员/);
    for (const other of [
      endOf({ status: 'failed', charged: 0, error: failure('generation-failed') }),
      endOf({ status: 'cancelled', charged: 0 }),
      endOf({ status: 'cancelled', charged: 2 }),
      endOf({ outputs: [picture] }),
    ]) {
      const words = await say(other, locale);
      expect(words.trim()).not.toBe('');
      expect(words).not.toMatch(/withheld|no longer stored|扣留|不再保存/);
    }
  },
);

test.each(cells)('$client says in $locale where a failure cost nothing', async ({ client, locale, say }) => {
  const words = await say(endOf({ status: 'failed', charged: 0, error: failure('out-of-memory') }), locale);
  // The console has the server's own sentence in English.
  if (client === 'console' && locale === 'en') expect(words).toContain('The server says why.');
  else expect(words).toMatch(locale === 'en' ? /Nothing was charged|came back/ : /未扣积分/);
});

test('bot and command line say how many of several results are withheld', async () => {
  const task = endOf({ outputs: [picture], withheld: 2 });
  for (const locale of locales)
    expect(await clients.bot?.(task, locale)).toContain(outcomeTexts.moreWithheld[locale](2));
  expect(await clients.try?.(task, 'en')).toBe(outcomeTexts.moreWithheld.en(2));
});

test.each([
  ['queued', {}, { kind: 'open' }],
  ['assigned', {}, { kind: 'open' }],
  ['running', {}, { kind: 'open' }],
  ['succeeded', { outputs: [picture] }, { kind: 'result', withheld: 0, paid: 4, returned: 0 }],
  ['succeeded', { outputs: [picture], withheld: 1, charged: 3 }, { kind: 'result', withheld: 1, paid: 3 }],
  ['succeeded', { withheld: 2 }, { kind: 'withheld', withheld: 2, paid: 4, returned: 0 }],
  ['succeeded', { cost: 0, withheld: 1 }, { kind: 'withheld', paid: 0 }],
  ['succeeded', {}, { kind: 'deleted', paid: 4 }],
  ['failed', {}, { kind: 'failed', code: undefined, paid: 0, returned: 4, hasOwnPrice: false }],
  [
    'failed',
    { charged: 4, error: failure('out-of-time') },
    { code: 'out-of-time', hasOwnPrice: false, paid: 4 },
  ],
  [
    'failed',
    { charged: 1, error: failure('generation-failed') },
    { hasOwnPrice: true, paid: 1, returned: 3 },
  ],
  ['failed', { error: failure('from-next-year') }, { kind: 'failed', code: 'from-next-year' }],
  ['cancelled', {}, { kind: 'cancelled', paid: 0, returned: 4 }],
  ['cancelled', { charged: 3 }, { kind: 'cancelled', paid: 3, returned: 1 }],
] as const)('a task that is %s %j has one outcome', (status, change, outcome) => {
  expect(outcomeOf(endOf({ status, ...(change as Partial<TaskView>) }))).toMatchObject(outcome);
});
