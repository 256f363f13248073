import { expect, test } from 'vitest';
import { workflow } from './workflow.ts';

test('cuts a side that follows the reference at 1024, as released', () => {
  const image = { width: 65, height: 4000, uploadedName: 'reference.png' };
  const params = workflow.params.parse({ ...workflow.example, width: 304 });
  const graph = workflow.bind(params, { images: { image }, outputPrefix: 'star-graph/task' });
  expect(graph['6']?.inputs).toMatchObject({ width: 304, height: 1024, crop: 'center' });
  expect(graph['12']?.inputs).toMatchObject({ width: 304, height: 1024 });
  expect(workflow.checkImages(params, { image })).toEqual([]);
  expect(workflow.workUnits(params, { image })).toBeCloseTo(0.304 * 1.024 * 25 * 1.5);
});
