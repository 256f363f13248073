import { expect, test } from 'vitest';
import { currentBuiltins } from '../builtin.ts';
import { checkGraph } from '../graph/checkGraph.ts';
import type { Graph } from '../graph/graph.ts';
import { parseManifest, proposeManifest } from '../manifest.ts';
import { fullObjectInfo, objectInfoFor } from '../testing/testObjectInfo.ts';
import type { Workflow } from '../workflow.ts';

const image = { uploadedName: 'x.png', width: 640, height: 480 };

function boundExample(workflow: Workflow): Graph {
  const images = Object.fromEntries(workflow.imageParams.map((param) => [param, image]));
  return workflow.bind(workflow.example, { images, outputPrefix: 'ComfyUI' });
}

test.each(currentBuiltins.map((workflow) => [workflow.name, workflow] as const))(
  'proposes a valid manifest for the graph of %s',
  (_, original) => {
    const graph = boundExample(original);
    const objectInfo = objectInfoFor(original.nodeClasses(original.example));
    const workflow = parseManifest(proposeManifest(graph, objectInfo), { objectInfos: [objectInfo] });
    expect(workflow.outputKind).toBe(original.outputKind);
    // Pictures that the example leaves out are not in its graph.
    expect(workflow.imageParams).toEqual(original.imageParams.filter((name) => name in original.example));
    expect(checkGraph(boundExample(workflow), objectInfo)).toEqual([]);
  },
);

const text2video = currentBuiltins.find(({ name }) => name === 'text2video');

test('separates prompt and negative prompt across conditioning nodes', () => {
  const pose = currentBuiltins.find(({ name }) => name === 'pose');
  if (!pose || !text2video) throw new Error('built-in workflows are gone');
  for (const workflow of [pose, text2video]) {
    const { binding } = proposeManifest(boundExample(workflow), fullObjectInfo);
    expect(binding).toMatchObject({ prompt: ['3.text'], negativePrompt: ['4.text'] });
  }
});

test('gives one seed to all samplers, and keeps differing places apart', () => {
  if (!text2video) throw new Error('text2video is gone');
  const { binding, params } = proposeManifest(boundExample(text2video), fullObjectInfo);
  expect(binding).toMatchObject({
    seed: ['6.seed', '12.seed'],
    steps: ['6.steps'],
    steps2: ['12.steps'],
    scheduler: ['6.scheduler', '12.scheduler'],
    model: ['1.ckpt_name'],
    videoModel: ['9.ckpt_name'],
  });
  expect(params.properties.steps).toMatchObject({ type: 'integer', minimum: 1, maximum: 100, default: 30 });
  expect(params.properties.seed).toMatchObject({ 'x-seed': true });
});

test('proposes nothing for what it does not know', () => {
  const graph: Graph = {
    '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } },
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
  };
  expect(proposeManifest(graph, fullObjectInfo).params.properties).toEqual({});
});
