import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { createForm } from '@star-graph/ui/form/createForm';
import { currentBuiltins } from '@star-graph/workflows/builtin';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { expect, test } from 'vitest';
import { chooseFirst, findSource, listStarting } from './sourceWorkflows.ts';

const listed = currentBuiltins.map((workflow) => ({
  name: workflow.name,
  params: { ...describeParams(workflow.params) },
  available: true,
  ...(workflow.engine && workflow.engine.of !== workflow.name ? { engineOf: workflow.engine.of } : {}),
})) as unknown as WorkflowView[];
const starting = (['image', 'video'] as const).flatMap((kind) => listStarting(listed, kind));
const namesFor = (kind: 'image' | 'video') => listStarting(listed, kind).map(({ name }) => name);

test.each(starting)('the form of $name has a place for what it starts from', (workflow) => {
  const { fields } = createForm({ listed, workflow }, undefined, 'en');
  const source = findSource(workflow);
  expect(fields.find(({ name }) => name === source?.param)).toMatchObject({
    kind: 'asset',
    media: source?.kind,
    isRequired: true,
  });
});

test('a video starts the workflows that take a video, and no others', () => {
  expect(namesFor('video')).toEqual(['interpolate', 'seedvr2-video']);
});

test('a picture starts no workflow that takes a video or nothing', () => {
  expect(namesFor('image')).toEqual(
    expect.arrayContaining(['img2img', 'img2video', 'remove-background', 'upscale']),
  );
  for (const name of ['text2img', 'text2video', 'seedvr2-video'])
    expect(namesFor('image')).not.toContain(name);
});

test('another workflow is first while the wished one cannot run', () => {
  const away = listed.map((one) => ({ ...one, available: one.name !== 'seedvr2-video' }));
  expect(chooseFirst(listStarting(listed, 'video'), 'seedvr2-video')?.name).toBe('seedvr2-video');
  expect(chooseFirst(listStarting(away, 'video'), 'seedvr2-video')?.name).toBe('interpolate');
});
