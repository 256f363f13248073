import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { expect, test } from 'vitest';
import { fitSize } from './fitSize.ts';
import { partOf } from './workflowParts.ts';

const named = (name: string) => {
  const workflow = builtinWorkflows.findLast((one) => one.name === name);
  if (!workflow) throw new Error(`there is no workflow ${name}`);
  return workflow;
};

test.each([
  ['1024x1024', 1024, 1024, '1024x1024'],
  ['off the grid', 1023, 770, '1024x768'],
  ['too small on one side', 512, 100, '1312x256'],
  ['too large on both', 3840, 2160, '2048x1152'],
  ['too much in all', 2048, 2048, '1768x1768'],
  ['far too large', 99_999, 99_999, '1768x1768'],
])('text2img brings a size that is %s to the nearest it makes', (_case, width, height, fitted) => {
  const size = fitSize(named('text2img'), { width, height });
  expect(`${size?.width}x${size?.height}`).toBe(fitted);
});

test('every workflow takes the size that any size is brought to', () => {
  const sizes = [1, 100, 333, 1024, 1792, 5000, 99_999];
  const sized = builtinWorkflows.filter((workflow) => partOf(workflow) !== undefined);
  expect(sized.length).toBeGreaterThan(5);
  for (const workflow of sized)
    for (const width of sizes)
      for (const height of sizes) {
        const size = fitSize(workflow, { width, height });
        const { error } = workflow.params.safeParse({ ...workflow.example, ...size });
        expect([workflow.name, width, height, error?.issues]).toEqual([
          workflow.name,
          width,
          height,
          undefined,
        ]);
      }
});

test('a workflow whose result has the size of its picture has none to choose', () => {
  expect(fitSize(named('inpaint'), { width: 512, height: 512 })).toBeUndefined();
});

test('what a workflow does is told by what it takes', () => {
  const parts = Object.fromEntries(builtinWorkflows.map((workflow) => [workflow.name, partOf(workflow)]));
  expect(parts).toMatchObject({ text2img: 'draw', 'z-image': 'draw', img2img: 'change', inpaint: 'redraw' });
  expect(parts).toMatchObject({ 'qwen-image-edit': 'change', 'qwen-inpaint': 'redraw' });
  for (const name of ['upscale', 'text2video', 'img2video', 'remove-background'])
    expect([name, parts[name]]).toEqual([name, undefined]);
});
