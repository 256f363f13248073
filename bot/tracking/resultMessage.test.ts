import { expectTruth, outcomeCells } from '@star-graph/api/testing/outcomeTable';
import type { ApiClient } from '@star-graph/client/client';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { type MediaKind, mimeByExtension } from '@star-graph/workflows/shared/mediaKinds';
import { outcomeTexts } from '@star-graph/workflows/shared/outcomeTexts';
import type { APIEmbed } from 'discord.js';
import pino from 'pino';
import { expect, test } from 'vitest';
import { samplePicture, sampleTask } from '../testing/sampleTask.ts';
import { createEndMessage, type ResultDeps } from './resultMessage.ts';

const catalogue = {
  listModels: async () => [],
  listWorkflows: async () => [],
  opensInDiscord: async () => false,
};
const deps = {
  catalogue,
  clock: systemClock,
  log: pino({ level: 'silent' }),
  clientFor: () => ({}) as ApiClient,
  fetch: async (url: string) => new Response(`bytes of ${url}`),
} as unknown as ResultDeps;
const ref = { u: '300000000000000001', l: 'en' as const, e: false, s: 10_000_000, p: false, d: undefined };

const unseen = { width: 0, height: 0 };
/** A result of each kind, as the API presents it. */
const results = {
  image: samplePicture(0),
  video: samplePicture(1, { mime: 'video/mp4', durationMs: 2_000, fps: 25 }),
  audio: samplePicture(2, { mime: 'audio/mp4', durationMs: 3_000, ...unseen }),
  text: samplePicture(3, { mime: 'text/plain', text: 'a cat', ...unseen }),
  model3d: samplePicture(4, { mime: 'model/obj', thumbnailUrl: 'http://127.0.0.1/thumb', ...unseen }),
} satisfies Record<MediaKind, object>;

test('a message has a file of each kind under its ending, the words of a text, and what a body looks like', async () => {
  const message = await createEndMessage(deps, sampleTask({ outputs: Object.values(results) }), ref);
  const named = message.files?.map(({ name, contentType }) => [name.split('.').at(-1), contentType]);
  expect(named).toEqual([
    ['png', 'image/png'],
    ['mp4', 'video/mp4'],
    ['m4a', 'audio/mp4'],
    ['txt', 'text/plain'],
    ['obj', 'model/obj'],
    ['webp', 'image/webp'],
  ]);
  const [embed] = (message.embeds ?? []) as APIEmbed[];
  expect(embed?.image?.url).toBe(`attachment://${message.files?.at(-1)?.name}`);
  expect(embed?.fields?.find(({ name }) => name === 'Text')?.value).toBe('a cat');
});

test('where results are veiled, files and texts are spoilers, and what a body looks like is not shown', async () => {
  const task = sampleTask({ outputs: Object.values(results) });
  const message = await createEndMessage(deps, task, { ...ref, p: true });
  const names = (message.files ?? []).map(({ name }) => name.slice(0, 8));
  expect(names).toEqual(task.outputs.map(() => 'SPOILER_'));
  const [embed] = (message.embeds ?? []) as APIEmbed[];
  expect(embed?.image).toBeUndefined();
  expect(embed?.fields?.find(({ name }) => name === 'Text')?.value).toBe('||a cat||');
  expect(embed?.description).toBe('a fox');
});

test.each(Object.entries(mimeByExtension))(
  'a file that ends with .%s keeps its ending',
  async (ending, mime) => {
    const message = await createEndMessage(deps, sampleTask({ outputs: [samplePicture(0, { mime })] }), ref);
    expect(message.files?.map(({ name }) => name.split('.').at(-1))).toEqual([ending]);
  },
);

test.each(outcomeCells)('$name is told in $locale as what it is', async ({ row, locale }) => {
  const { embeds } = await createEndMessage(deps, row.task, { ...ref, l: locale });
  const [{ title, description, fields = [] } = {}] = (embeds ?? []) as APIEmbed[];
  const words = [title, description, ...fields.map(({ value }) => value)].join('\n');
  expectTruth(words, row, locale);
  if (row.outcome.kind === 'result' && row.outcome.withheld)
    expect(words).toContain(outcomeTexts.moreWithheld[locale](row.outcome.withheld));
});
