import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { emptyDraft } from '@star-graph/ui/form/formDraft';
import { expect, test } from 'vitest';
import { findFree, findNeeded, placePicture, placePublished } from './placePicture.ts';

const workflow = (name: string, assets: Record<string, string>, values: object = {}) => {
  const takes = Object.entries(assets).map(([param, media]) => [param, { 'x-asset': media }]);
  const properties = { prompt: {}, ...Object.fromEntries(takes) };
  return { name, type: name, available: true, outputKind: 'image', params: { properties }, ...values };
};
const listed = [
  workflow('text2img', {}),
  workflow('inpaint', { image: 'image', mask: 'image' }),
  workflow('away', { image: 'image' }, { available: false }),
  workflow('img2img', { image: 'image', image2: 'image' }),
  workflow('smooth', { video: 'video' }),
  {
    ...workflow('upscale', {}),
    params: { properties: { image: { 'x-asset': 'image' } } },
  },
] as unknown as WorkflowView[];
const place = (open: string, media: 'image' | 'video', values = {}) => {
  const found = listed.find(({ name }) => name === open) as WorkflowView;
  const { workflow, param } =
    placePicture(listed, { workflow: found, draft: { ...emptyDraft, values } }, media) ?? {};
  return `${workflow?.name} ${param}`;
};
const given = { assetId: 'a' };

test('a picture goes to the first empty place of the open form', () => {
  expect(place('img2img', 'image')).toBe('img2img image');
  expect(place('img2img', 'image', { image: given })).toBe('img2img image2');
  expect(place('img2img', 'image', { image: given, image2: given })).toBe('img2img image');
  expect(place('inpaint', 'image', { image: given })).toBe('inpaint image');
});

test('a form without a place for it gives way to one that runs', () => {
  expect(place('text2img', 'image')).toBe('img2img image');
  expect(place('img2img', 'video')).toBe('smooth video');
});

test('a further picture takes no place that has one', () => {
  const found = listed.find(({ name }) => name === 'img2img') as WorkflowView;
  const free = (values: Record<string, unknown>) =>
    findFree(found, { ...emptyDraft, values }, 'image')?.param;
  expect([free({}), free({ image: given }), free({ image: given, image2: given })]).toEqual([
    'image',
    'image2',
    undefined,
  ]);
});

test('what was published begins its own form, and one that takes no words gives way to one that does', () => {
  const published = (open: string, media: 'image' | 'video' | undefined) => {
    const found = listed.find(({ name }) => name === open) as WorkflowView;
    const { workflow, param } = placePublished(listed, { workflow: found, draft: emptyDraft }, media) ?? {};
    return workflow && `${workflow.name} ${param}`;
  };
  expect(published('text2img', 'image')).toBeUndefined();
  expect(published('inpaint', 'image')).toBe('inpaint image');
  expect(published('upscale', 'image')).toBe('img2img image');
  // A film begins no form that takes a picture, and a sound none at all.
  expect(published('img2img', 'video')).toBeUndefined();
  expect(published('img2img', undefined)).toBeUndefined();
});

test('a place is needed where the form makes nothing without it, and has nothing yet', () => {
  const film = (required: string[], values = {}) => {
    const { params, ...view } = workflow('img2video', { image: 'image', lastImage: 'image' });
    const found = { ...view, params: { ...params, required } } as unknown as WorkflowView;
    return findNeeded({ workflow: found, draft: { ...emptyDraft, values } }, 'image')?.param;
  };
  expect(film(['image'])).toBe('image');
  expect(film(['image'], { image: given })).toBeUndefined();
  expect(film([])).toBeUndefined();
});
