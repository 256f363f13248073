import { noFields } from '@star-graph/workflows/models/modelEntry';
import { expect, test } from 'vitest';
import { readDraft, toEntry } from './modelDraft.ts';

const nothing = { version: 0, fields: null };

test('a form that is not touched says what was said before, and nothing else', () => {
  const untouched = { edited: nothing, fromFolder: nothing, fields: noFields };
  expect(toEntry(untouched, readDraft(untouched))).toEqual(noFields);
  const said = {
    ...noFields,
    title: { en: 'Ink', 'zh-CN': '水墨' },
    family: 'sdxl' as const,
    licence: { name: 'MIT', url: null, mayBeSold: 'yes' as const },
    triggerWords: ['ink wash', '水墨'],
    roles: ['admin' as const],
    pricePercent: 150,
    hidden: true,
  };
  const model = { edited: { version: 3, fields: said }, fromFolder: nothing, fields: said };
  expect(toEntry(model, readDraft(model))).toEqual(said);
});

test('what the folder hides or closes is shown and opened only by saying so', () => {
  const folder = { version: 1, fields: { ...noFields, hidden: true, roles: ['admin' as const] } };
  const model = { edited: nothing, fromFolder: folder, fields: folder.fields };
  const shown = toEntry(model, {
    ...readDraft(model),
    isHidden: false,
    roles: ['user', 'moderator', 'admin'],
  });
  expect([shown.hidden, shown.roles]).toEqual([false, ['user', 'moderator', 'admin']]);
  expect([toEntry(model, readDraft(model)).hidden]).toEqual([true]);
});
