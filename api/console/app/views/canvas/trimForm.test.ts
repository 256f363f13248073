import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { expect, test } from 'vitest';
import { findWorkflow, paramsOf, trimForm } from './trimForm.ts';

const workflow = (name: string, available: boolean, fields: readonly string[] = []) =>
  ({
    name,
    available,
    params: {
      type: 'object',
      properties: Object.fromEntries(fields.map((field) => [field, {}])),
      required: fields,
    },
  }) as unknown as WorkflowView;

const frame = { width: 640, height: 512 };

test('a way is gone by the best workflow that can run, or else by the best', () => {
  const [best, other] = [workflow('z-image-control', false), workflow('pose', true)];
  expect(findWorkflow([other, best], 'control')).toBe(other);
  expect(findWorkflow([workflow('pose', false), best], 'control')).toBe(best);
  expect(findWorkflow([other, best], 'edit')).toBeUndefined();
  expect(findWorkflow([other, workflow('inpaint', false)], 'inpaint')?.name).toBe('inpaint');
});

test('references are sent as far as a workflow takes them, and what is followed with its strength and range', () => {
  const two = workflow('qwen-image-edit', true, ['image', 'image2', 'prompt']);
  const pictures = { image: 'a', image2: 'b', image3: 'c' };
  expect(paramsOf(two, { name: 'edit' }, frame, pictures)).toEqual({ image: 'a', image2: 'b' });
  expect(paramsOf(two, { name: 'edit' }, frame, { image: 'a', image2: undefined })).toEqual({ image: 'a' });
  const control = { follow: 'canny', reference: 'map', strength: 0.5 } as const;
  expect(paramsOf(two, { name: 'control' }, frame, { image: 'a', control })).toEqual({
    image: 'a',
    control: 'canny',
    reference: 'map',
    strength: 0.5,
  });
  const ranged = workflow('pose', true, ['controlStart', 'controlEnd']);
  const told = (given: object) =>
    paramsOf(ranged, { name: 'control' }, frame, { image: 'a', control: { ...control, ...given } });
  expect(told({})).toMatchObject({ controlStart: 0, controlEnd: 1 });
  expect(told({ start: 0.2, end: 0.7 })).toMatchObject({ strength: 0.5, controlStart: 0.2, controlEnd: 0.7 });
});

test('the form asks for nothing that the canvas gives', () => {
  const pose = workflow('pose', true, [
    'image',
    'control',
    'strength',
    'controlStart',
    'controlEnd',
    'width',
    'prompt',
  ]);
  const { params } = trimForm({ listed: [pose], models: [], workflow: pose }).workflow;
  expect(params).toMatchObject({ properties: { prompt: {} }, required: ['prompt'] });
  expect(Object.keys((params as { properties: object }).properties)).toEqual(['prompt']);
});
