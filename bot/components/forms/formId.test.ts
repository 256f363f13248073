import { expect, test } from 'vitest';
import { type FormId, formatFormId, parseFormId } from './formId.ts';

const assetId = '01900000-0000-7000-8000-0123456789ab';
const forms: FormId[] = [
  { form: 'asset', assetId },
  { form: 'asset', assetId, parentId: '01900000-0000-7000-8000-000000000000' },
  { form: 'mask', assetId },
  { form: 'mask', assetId, parentId: '01900000-0000-7000-8000-000000000000' },
  { form: 'gift', personId: '123456789012345678' },
  { form: 'run', workflow: 'a'.repeat(63) },
  { form: 'run', workflow: 'a'.repeat(63), assetId },
  { form: 'run', workflow: 'a'.repeat(63), assetId, kind: 'video' },
  { form: 'run', workflow: 'a'.repeat(63), assetId, kind: 'audio' },
];

test.each(forms)('the whole state of a form fits into its custom_id: %j', (id) => {
  const customId = formatFormId(id);
  expect(customId.length).toBeLessThanOrEqual(100);
  expect(parseFormId(customId)).toEqual(id);
});

test.each([
  '',
  'sgf0:gift:123456789012345678',
  'sgf1:gift:1234',
  'sgf1:gift:123456789012345678 ',
  'sgf1:message:../../channels',
  'sgf1:asset:01900000',
  'sgf1:mask:01900000:',
  'sgf1:run:../../admin:',
  'sgf1:run:a:short',
  'sgf1:run:a:v',
  'sgf1:toString:1',
  'sg1:edit:01900000-0000-7000-8000-000000000000:0',
])('a forged or foreign custom_id is nothing: %j', (customId) => {
  expect(parseFormId(customId)).toBeUndefined();
});
