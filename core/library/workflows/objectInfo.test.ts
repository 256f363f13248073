import { newerObjectInfo } from '@star-graph/workflows/testing/testObjectInfo';
import { expect, test } from 'vitest';
import { parseInventory } from '../../comfy/answers/inventory.ts';
import { packInventory, parseStoredInventory } from '../catalogue/storedInventory.ts';
import { toObjectInfo } from './objectInfo.ts';

test('keeps every input of ComfyUI 0.33, stored and read again', () => {
  const inventory = parseInventory(newerObjectInfo);
  const stored = parseStoredInventory(packInventory(inventory).content);
  expect(stored?.classes).toEqual(inventory.classes);
  const again = parseInventory(toObjectInfo(inventory));
  expect(Object.keys(again.classes)).toHaveLength(632);
  for (const [name, { inputs }] of Object.entries(inventory.classes))
    expect(again.classes[name]?.inputs, name).toEqual(inputs);
});

test('keeps the order in which a class defines its inputs', () => {
  const { classes } = parseInventory({
    Late: { input: { required: { b: ['INT', {}], a: ['INT', {}] }, optional: { c: ['INT', {}] } } },
    Told: {
      input: { required: { a: ['INT', {}], b: ['INT', {}] } },
      input_order: { required: ['b', 'a'] },
    },
  });
  expect(classes.Late?.order).toEqual(['b', 'a', 'c']);
  expect(classes.Told?.order).toEqual(['b', 'a']);
  const { Late } = toObjectInfo({ classes, models: parseInventory({}).models });
  expect(Object.keys(Late?.input.required ?? {})).toEqual(['b', 'a']);
});
