import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { expect, test } from 'vitest';
import { aspectOf, remake } from './remakes.ts';

const workflow = (name: string, available = true) =>
  ({
    name,
    available,
    params: { properties: { prompt: {}, noise: { 'x-seed': true } } },
  }) as unknown as WorkflowView;
const listed = [workflow('draw'), workflow('img2img'), workflow('outpaint'), workflow('upscale', false)];
const result = { id: 'picture', mime: 'image/png', width: 300, height: 200 };
const task = {
  id: 'made',
  workflow: { name: 'draw' },
  outputs: [result],
  params: { prompt: 'a pier', noise: 7, seed: 8, count: 2, width: 30, height: 10 },
} as unknown as TaskView;

test('again asks for the same with another seed', () => {
  expect(remake('again', listed, task, 0)).toEqual({
    workflow: 'draw',
    meta: { parentId: 'made' },
    count: 2,
    aspect: 1.5,
    params: { prompt: 'a pier', count: 2, width: 30, height: 10 },
  });
  expect(remake('again', [], task, 0)).toBeUndefined();
});

test('a variation starts from the result and keeps its words', () => {
  const vary = (kind: 'varySubtle' | 'varyStrong') => remake(kind, listed, task, 0)?.params;
  expect(vary('varySubtle')).toEqual({ image: 'picture', prompt: 'a pier', denoise: 0.35 });
  expect(vary('varyStrong')?.denoise).toBe(0.75);
  const film = { ...task, outputs: [{ ...result, mime: 'video/mp4' }] } as TaskView;
  expect(remake('varySubtle', listed, film, 0)).toBeUndefined();
  expect(remake('varySubtle', listed, task, 4)).toBeUndefined();
});

test('zooming out adds to all sides, panning to one', () => {
  const words = { image: 'picture', prompt: 'a pier' };
  const allSides = { left: 72, right: 72, top: 48, bottom: 48 };
  expect(remake('zoomOut', listed, task, 0)?.params).toEqual({ ...words, ...allSides });
  expect(remake('panUp', listed, task, 0)?.params).toEqual({ ...words, top: 104 });
  expect(remake('panRight', listed, task, 0)?.params).toEqual({ ...words, right: 152 });
});

test('a graph of a program is neither made again nor varied', () => {
  const graph = { ...task, workflow: { name: 'own-graph' } } as TaskView;
  expect(remake('again', listed, graph, 0)).toBeUndefined();
  for (const kind of ['varySubtle', 'zoomOut'] as const)
    expect(remake(kind, listed, graph, 0)).toBeUndefined();
});

test('what cannot run now is not offered', () => {
  expect(remake('upscale', listed, task, 0)).toBeUndefined();
});

test('a place has the shape of the result, as far as known', () => {
  expect([aspectOf(task), aspectOf({ ...task, outputs: [] }), aspectOf({ params: {}, outputs: [] })]).toEqual(
    [1.5, 3, 1],
  );
});
