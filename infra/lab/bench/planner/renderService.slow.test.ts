import { expect, test } from 'vitest';
import { renderService } from './renderService.ts';
import { shapes } from './workloads.ts';

test('the plot has a line for each person under each rule', () => {
  const [first] = shapes;
  if (!first) throw new Error('there is a shape');
  const drawn = renderService({ ...first, dump: 5 }, 0.7, 3);
  expect(drawn).toBe(renderService({ ...first, dump: 5 }, 0.7, 3));
  expect(drawn.match(/<polyline/g)).toHaveLength(3 * 40);
  expect(drawn).not.toContain('NaN');
});
