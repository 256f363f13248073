import { expect, test } from 'vitest';
import { builtinWorkflows } from '../builtin.ts';
import type { Workflow, WorkflowParams } from '../workflow.ts';
import { exampleInputs } from './inputFacts.ts';
import { smallestParams } from './smallestParams.ts';

const parse = (workflow: Workflow, given: WorkflowParams = {}) =>
  workflow.params.parse({ ...workflow.example, ...given });
const latest = (name: string) => {
  const found = builtinWorkflows.findLast((workflow) => workflow.name === name);
  if (!found) throw new Error(`a workflow ${name}`);
  return found;
};

test.each(builtinWorkflows.map((workflow) => [workflow.name, workflow.version, workflow] as const))(
  'the smallest %s of version %d is valid, loads the same models, and is no more work',
  (_name, _version, workflow) => {
    const params = parse(workflow);
    const smallest = smallestParams(workflow, params, new Set());
    expect(workflow.params.parse(smallest)).toEqual(smallest);
    expect(workflow.models(smallest)).toEqual(workflow.models(params));
    const images = exampleInputs(workflow);
    expect(workflow.workUnits(smallest, images)).toBeLessThanOrEqual(workflow.workUnits(params, images));
  },
);

test('a picture from text shrinks to one step of the smallest sides', () => {
  const workflow = latest('text2img');
  const smallest = smallestParams(workflow, parse(workflow), new Set());
  expect(smallest).toMatchObject({ width: 256, height: 256, steps: 1, count: 1 });
});

test('values that were chosen stay', () => {
  const workflow = latest('text2img');
  const params = parse(workflow, { width: 1024, steps: 12, refinerStep: 9 });
  const smallest = smallestParams(workflow, params, new Set(['width', 'steps', 'refinerStep']));
  expect(smallest).toMatchObject({ width: 1024, height: 256, steps: 12, refinerStep: 9 });
});
