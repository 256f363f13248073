import { expect, test } from 'vitest';
import { workflow } from './workflow.ts';

test('cuts a side that follows the picture at 16384, as released', () => {
  const image = { width: 65, height: 4000, uploadedName: 'photo.png' };
  const params = workflow.params.parse({ ...workflow.example, width: 304 });
  const graph = workflow.bind(params, { images: { image }, outputPrefix: 'star-graph/task' });
  expect(graph['6']?.inputs).toMatchObject({ width: 128, height: 2048, crop: 'center' });
  expect(graph['11']?.inputs).toMatchObject({ width: 304, height: 16_384 });
  expect(workflow.checkImages(params, { image })).toEqual([]);
  expect(workflow.workUnits(params, { image })).toBeCloseTo(0.262144 * 25 + 304 * 0.016384);
});
