import { currentBuiltins } from '@star-graph/workflows';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { expect, test } from 'vitest';
import { slimSchema } from './slimSchema.ts';

test('a model reads each parameter with its limits, in English, for a part of the words', () => {
  for (const { name, params } of currentBuiltins) {
    const whole = describeParams(params);
    const slim = slimSchema(whole);
    expect([name, Object.keys(slim.properties ?? {})]).toEqual([name, Object.keys(whole.properties ?? {})]);
    expect([name, slim.required]).toEqual([name, whole.required]);
    expect(JSON.stringify(slim)).not.toMatch(/[\u4e00-\u9fff]/);
    expect(JSON.stringify(slim).length).toBeLessThan(JSON.stringify(whole).length * 0.7);
  }
});

test('of a long list the default comes first, and how many more there are is said', () => {
  const names = Array.from({ length: 200 }, (_, index) => `model-${index}`);
  const schema = { type: 'string', enum: names, default: 'model-150', description: 'The model.' };
  const { enum: all, examples, description } = slimSchema(schema);
  expect([all, (examples as string[])[0], (examples as string[]).length]).toEqual([
    undefined,
    'model-150',
    24,
  ]);
  expect(description).toBe('The model. These and 176 others are taken.');
  const short = { type: 'string', enum: ['a', 'b'] };
  expect(slimSchema(short)).toEqual(short);
});
