import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { currentBuiltins } from '@star-graph/workflows/builtin';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { expect, test } from 'vitest';
import { chooseWorkflow, groupWorkflows } from './groupWorkflows.ts';

const listed = currentBuiltins.map((workflow): WorkflowView => {
  const { name, version, type, title, description, outputKind, params, engine } = workflow;
  return {
    name,
    version,
    type,
    title,
    description,
    outputKind,
    leastCost: 1,
    available: name !== 'pose',
    waiting: false,
    params: { ...describeParams(params) },
    ...(engine && engine.of !== name && { engineOf: engine.of }),
  };
});
const namesOf = (workflows: readonly WorkflowView[]) => workflows.map(({ name }) => name);

test('every workflow has a card in its group, engines stand behind one', () => {
  const groups = groupWorkflows(listed);
  expect(
    Object.fromEntries(groups.map(({ group, workflows }) => [group, namesOf(workflows).sort()])),
  ).toEqual({
    text: ['text2img'],
    picture: ['img2img', 'pose'],
    edit: ['inpaint', 'outpaint', 'qwen-angles', 'remove-background'],
    enlarge: ['upscale'],
    film: ['img2video', 'interpolate', 'ltx23-audio2video', 'seedvr2-video', 'text2video', 'wan-animate'],
    other: ['ace-step', 'describe', 'expand-prompt', 'hunyuan3d'],
  });
});

test('what does not run now stands last, an engine without its name stands alone', () => {
  const pictures = groupWorkflows(listed).find(({ group }) => group === 'picture');
  expect(namesOf(pictures?.workflows ?? [])).toEqual(['img2img', 'pose']);
  const alone = listed.filter(({ name }) => name === 'flux1-dev');
  expect(groupWorkflows(alone)).toMatchObject([{ group: 'text', workflows: [{ name: 'flux1-dev' }] }]);
});

test('an address of an engine opens what it stands behind', () => {
  const opened = (...wanted: (string | undefined)[]) => chooseWorkflow(listed, ...wanted)?.name;
  expect(opened('flux1-dev', 'upscale')).toBe('text2img');
  expect(opened('gone', 'upscale')).toBe('upscale');
  expect(opened(undefined, undefined)).toBe('text2img');
  expect(chooseWorkflow([], 'upscale')).toBeUndefined();
});
