import { expect, test } from 'vitest';
import { findBuiltin } from '../builtin.ts';
import { describeParam, type ShippedWorkflow, shippedParams } from './shippedParams.ts';

test.each(Object.keys(shippedParams) as ShippedWorkflow[])('%s takes what it says that it takes', (name) => {
  expect(findBuiltin(name)?.params).toBe(shippedParams[name]);
});

test("reports a parameter's limits and whether it is required", () => {
  expect(describeParam('img2img', 'denoise')).toMatchObject({ minimum: 0.05, maximum: 1, isRequired: false });
  expect(describeParam('pose', 'control')).toMatchObject({
    enum: ['openpose', 'canny', 'depth'],
    isRequired: true,
  });
  expect(describeParam('upscale', 'scale')).toMatchObject({ enum: [2, 4], default: 2 });
});
