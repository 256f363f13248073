import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { expect, test } from 'vitest';
import { createForm } from './createForm.ts';
import { findFaults, isUnchanged, placeFaults } from './findFaults.ts';
import { emptyDraft, type FormDraft } from './formDraft.ts';

const side = { type: 'integer', minimum: 64, multipleOf: 8 };
const params = {
  required: ['image', 'prompt'],
  properties: {
    image: { type: 'string', 'x-asset': 'image' },
    prompt: { type: 'string', maxLength: 5 },
    width: side,
    height: side,
    loras: { type: 'array', items: { properties: { name: { type: 'string' } } } },
  },
};
const workflow: WorkflowView = {
  name: 'draw',
  version: 1,
  type: 'text2img',
  outputKind: 'image',
  params,
  title: { en: 'Draw', 'zh-CN': '绘' },
  description: { en: '', 'zh-CN': '' },
  leastCost: 1,
  available: true,
  waiting: false,
};
const form = createForm({ listed: [], workflow }, undefined, 'en');
const draftOf = (values: Record<string, unknown>): FormDraft => ({ ...emptyDraft, values });
const faultsOf = (values: Record<string, unknown>, without: string[] = []) =>
  findFaults(form, draftOf(values), without).map(({ field, fault }) => [field.name, fault]);

test('what a request cannot do without is named before it is sent', () => {
  expect(faultsOf({})).toEqual([
    ...[
      ['image', 'missing'],
      ['prompt', 'missing'],
    ],
  ]);
  expect(faultsOf({ prompt: ' pier ' }, ['image'])).toEqual([]);
  expect(faultsOf({ prompt: 'piers!' }, ['image'])).toEqual([['prompt', 'long']]);
});

test('what the server refuses stands beside the field that it means', () => {
  const errors = [
    { pointer: '/height', message: 'Too large.' },
    { pointer: '/params/prompt', message: 'Write less.' },
    { pointer: '/loras/0/name', message: 'Not here.' },
    { pointer: '/loras/1/name', message: 'Nor this.' },
    { pointer: '', message: 'Pay first.' },
  ];
  expect(placeFaults(form, errors)).toEqual({
    byField: new Map([
      ['size', 'Too large.'],
      ['prompt', 'Write less.'],
      ['loras', 'Not here. Nor this.'],
    ]),
    others: ['Pay first.'],
  });
});

test('a refusal holds until its value changes', () => {
  const size = form.fields.find(({ name }) => name === 'size');
  const same = (values: Record<string, unknown>) =>
    size && isUnchanged(form, size, draftOf({ width: 64 }), draftOf(values));
  expect(same({ width: 64, prompt: 'other' })).toBe(true);
  expect(same({ width: 64, height: 64 })).toBe(false);
});
