import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { createModelEntries } from '@star-graph/core/library/catalogue/models/entryIndex';
import { expect, test } from 'vitest';
import { withEngines } from './withEngines.ts';

const entries = createModelEntries([], { fileNames: {}, families: {} });
const common = {
  version: 1,
  type: 'text2video',
  outputKind: 'video',
  leastCost: 1,
  waiting: false,
} as const;
const words = { title: { en: 'A', 'zh-CN': '甲' }, description: { en: 'A.', 'zh-CN': '甲。' }, params: {} };
const engine = (name: string, model: string, available: boolean): WorkflowView => ({
  ...common,
  ...words,
  name,
  model,
  available,
  ...(name === 'text2video' ? {} : { engineOf: 'text2video' }),
});

/** A pool whose servers have the files of these alone. */
const view = (available: readonly string[], preferred: readonly string[] = []) => {
  const listed = [
    ['text2video', 'Stable Video Diffusion'],
    ['minimax-h3-text2video', 'MiniMax H3'],
    ['wan22-text2video', 'Wan 2.2'],
  ].map(([name = '', model = '']) => engine(name, model, available.includes(name)));
  return withEngines(listed, { text2video: [...preferred] }, entries).find(
    ({ name }) => name === 'text2video',
  );
};
const named = (shown: WorkflowView | undefined) =>
  shown?.engines?.filter(({ onlyNamed }) => onlyNamed).map(({ model }) => model);

test('a form is never by itself that of an engine whose licence excludes places', () => {
  const both = view(['minimax-h3-text2video', 'wan22-text2video']);
  expect([both?.uses, both?.available, named(both)]).toEqual(['wan22-text2video', true, ['MiniMax H3']]);
  const alone = view(['minimax-h3-text2video']);
  expect([alone?.uses, alone?.available, named(alone)]).toEqual(['text2video', false, ['MiniMax H3']]);
  expect(alone?.engines?.map(({ available }) => available)).toEqual([false, true, false]);
});

test('the form is of an engine whose licence excludes places where the operator prefers it', () => {
  const shown = view(['minimax-h3-text2video', 'wan22-text2video'], ['minimax-h3-text2video']);
  expect([shown?.uses, shown?.available, named(shown)]).toEqual(['minimax-h3-text2video', true, []]);
});
