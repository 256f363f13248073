import { emptyDraft, type FormDraft } from '@star-graph/ui/form/formDraft';
import { expect, test } from 'vitest';
import { changesOf } from './drafts.ts';

const before: FormDraft = {
  values: { prompt: 'a sea', image: { assetId: 'a', url: '/old' } },
  tuning: { sdxl: { steps: 20, cfg: 5 } },
};

test.each<[what: string, now: FormDraft, changes: ReturnType<typeof changesOf>]>([
  ['nothing', before, undefined],
  [
    'a newer address of the same picture',
    { ...before, values: { prompt: 'a sea', image: { assetId: 'a', url: '/new' } } },
    undefined,
  ],
  [
    'a word, and a value beside it that is gone',
    { ...before, values: { prompt: 'a pier' } },
    { values: { prompt: 'a pier', image: null } },
  ],
  [
    'one number of one engine',
    { ...before, tuning: { sdxl: { steps: 30, cfg: 5 } } },
    { tuning: { sdxl: { steps: 30 } } },
  ],
  [
    'everything',
    emptyDraft,
    { values: { prompt: null, image: null }, tuning: { sdxl: { steps: null, cfg: null } } },
  ],
])('of a form that was changed goes to the account: %s', (_, now, changes) => {
  expect(changesOf(before, now)).toEqual(changes);
});
