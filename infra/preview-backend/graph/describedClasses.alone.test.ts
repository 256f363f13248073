import { writtenDownClasses } from '@star-graph/workflows/graph/writtenDownClasses';
import { newerObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import { expect, test } from 'vitest';
import { nodeRegistry } from '../nodes/registry.ts';
import { describeClasses } from './describedClasses.ts';

/** One class a line, so that a change shows as one. */
function listClasses(): string {
  const described = { ...newerObjectInfo, ...writtenDownClasses };
  const lines = Object.entries(described)
    .filter(([classType]) => nodeRegistry.has(classType))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([classType, info]) => `${JSON.stringify(classType)}: ${JSON.stringify(info)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

test('newer classes are described as ComfyUI 0.33.0 describes them', async () => {
  await expect(listClasses()).toMatchFileSnapshot('newer_object_info.json');
});

test('a class that both versions have keeps the texts of the older', () => {
  const { KSampler } = describeClasses('0.33.0');
  expect(KSampler?.input.required?.steps).toEqual([
    'INT',
    expect.objectContaining({ tooltip: expect.any(String), max: 10_000 }),
  ]);
});

test('the older version knows no newer class', () => {
  expect(describeClasses('0.3.64')).not.toHaveProperty('ComfyMathExpression');
  expect(describeClasses('0.33.0')).toHaveProperty('ComfyMathExpression');
});
