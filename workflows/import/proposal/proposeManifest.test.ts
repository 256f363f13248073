import { describe, expect, test } from 'vitest';
import { currentBuiltins } from '../../builtin.ts';
import { checkGraph } from '../../graph/checkGraph.ts';
import type { Graph } from '../../graph/graph.ts';
import { parseManifest } from '../../manifest.ts';
import { placeholderInputs } from '../../params/inputFacts.ts';
import { fullObjectInfo, newerObjectInfo, objectInfoFor } from '../../testing/testObjectInfo.ts';
import type { Workflow } from '../../workflow.ts';
import { definitionsOf } from '../definitions.ts';
import { importDocument } from '../importDocument.ts';
import type { ImportedGraph } from '../importedGraph.ts';
import { proposeManifest } from './proposeManifest.ts';

function boundExample(workflow: Workflow): Graph {
  const images = placeholderInputs(workflow);
  return workflow.bind(workflow.example, { images, outputPrefix: 'ComfyUI' });
}

function propose(graph: Graph, objectInfo = fullObjectInfo, shown: Partial<ImportedGraph> = {}) {
  const define = definitionsOf([objectInfo]);
  const { imported, faults } = importDocument(graph, define);
  if (!imported) throw new Error(JSON.stringify(faults));
  const { manifest, notes } = proposeManifest({ ...imported, ...shown }, define, (name) => name === 'taken');
  return { ...manifest, notes };
}

test.each(currentBuiltins.map((workflow) => [workflow.name, workflow] as const))(
  'proposes a valid manifest for the graph of %s',
  (_, original) => {
    const graph = boundExample(original);
    const objectInfo = objectInfoFor(
      original.nodeClasses(original.example),
      original.models(original.example),
    );
    const { notes: _notes, ...manifest } = propose(graph, objectInfo);
    const workflow = parseManifest(manifest, { objectInfos: [objectInfo] });
    expect(workflow.outputKind).toBe(original.outputKind);
    // Pictures that the example leaves out are not in its graph.
    expect(workflow.imageParams).toEqual(original.imageParams.filter((name) => name in original.example));
    expect(workflow.audioParams).toEqual(original.audioParams);
    expect(checkGraph(boundExample(workflow), objectInfo)).toEqual([]);
  },
);

const text2video = currentBuiltins.find(({ name }) => name === 'text2video');

test('separates prompt and negative prompt across conditioning nodes', () => {
  const pose = currentBuiltins.find(({ name }) => name === 'pose');
  if (!pose || !text2video) throw new Error('built-in workflows are gone');
  for (const workflow of [pose, text2video]) {
    const { binding } = propose(boundExample(workflow));
    expect(binding).toMatchObject({ prompt: ['3.text'], negativePrompt: ['4.text'] });
  }
});

test('gives one seed to all samplers, and keeps differing places apart', () => {
  if (!text2video) throw new Error('text2video is gone');
  const { binding, params } = propose(boundExample(text2video));
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
  expect(propose(graph).params.properties).toEqual({});
});

const loaders: Graph = {
  '1': { class_type: 'UNETLoader', inputs: { unet_name: 'model.safetensors', weight_dtype: 'default' } },
  '2': {
    class_type: 'CLIPLoader',
    inputs: { clip_name: 'text.safetensors', type: 'flux2', device: 'default' },
  },
  '3': { class_type: 'VAELoader', inputs: { vae_name: 'vae.safetensors' } },
  '90': { class_type: 'VAEDecode', inputs: { samples: ['10', 0], vae: ['3', 0] } },
  '91': { class_type: 'SaveImage', inputs: { images: ['90', 0], filename_prefix: 'x' } },
};
const say = (text: string) => ({ class_type: 'CLIPTextEncode', inputs: { clip: ['2', 0], text } });
const sample = (settings: Record<string, unknown> = {}) => ({
  class_type: 'KSampler',
  inputs: {
    model: ['1', 0],
    positive: ['4', 0],
    negative: ['5', 0],
    latent_image: ['6', 0],
    seed: 3,
    steps: 30,
    cfg: 5,
    sampler_name: 'euler',
    scheduler: 'simple',
    denoise: 1,
    ...settings,
  },
});
const latent = (classType: string, inputs: Record<string, unknown>) => ({
  class_type: classType,
  inputs: { width: 1024, height: 768, ...inputs },
});

describe('for today’s classes it', () => {
  const stills = latent('EmptyFlux2LatentImage', { batch_size: 1 });

  test('takes a prompt for the prompt though the negative one is made of it', () => {
    const zeroed = { class_type: 'ConditioningZeroOut', inputs: { conditioning: ['4', 0] } };
    const { binding, type } = propose(
      { ...loaders, '4': say('x'), '5': zeroed, '6': stills, '10': sample() },
      newerObjectInfo,
    );
    expect(binding).toMatchObject({ prompt: ['4.text'], width: ['6.width'], seed: ['10.seed'] });
    expect(binding).not.toHaveProperty('negativePrompt');
    expect(type).toBe('text2img');
  });

  test('leaves out what a model without guidance ignores', () => {
    const graph = {
      ...loaders,
      '4': say('x'),
      '5': say('y'),
      '6': stills,
      '10': sample({ cfg: 1, steps: 8 }),
    };
    const { params } = propose(graph, newerObjectInfo);
    expect(Object.keys(params.properties)).not.toEqual(expect.arrayContaining(['negativePrompt']));
    expect(params.properties).not.toHaveProperty('cfg');
    expect(params.properties).not.toHaveProperty('vae');
    expect(params.properties.steps).toMatchObject({ maximum: 20, default: 8 });
  });

  test('offers the lengths on a video model’s grid, and sides by its step', () => {
    const film = {
      class_type: 'MiniMaxH3ImageToVideo',
      inputs: { clip: ['2', 0], vae: ['3', 0], prompt: 'a boat', width: 1344, height: 768, length: 124 },
    };
    const sampler = sample({ positive: ['6', 0], negative: ['6', 0], latent_image: ['6', 1] });
    const { params, binding, work } = propose({ ...loaders, '6': film, '10': sampler }, newerObjectInfo);
    const { frames, width } = params.properties;
    expect(frames).toMatchObject({ type: 'integer', default: 124 });
    const lengths = frames?.type === 'integer' ? (frames.enum ?? []) : [];
    expect(lengths.map((length) => (length - 5) % 17)).toEqual(lengths.map(() => 0));
    expect([lengths[0], lengths.includes(124)]).toEqual([5, true]);
    expect(width).toMatchObject({ minimum: 64, multipleOf: 32, default: 1344 });
    expect(binding).toMatchObject({ prompt: ['6.prompt'] });
    expect(work?.times).toEqual(['steps', 'frames']);
  });

  test('lets a scheduler follow the size of the latent, and only that', () => {
    const scheduler = { class_type: 'Flux2Scheduler', inputs: { steps: 20, width: 1024, height: 512 } };
    const graph = {
      ...loaders,
      '4': say('x'),
      '5': say('y'),
      '6': stills,
      '7': scheduler,
      '10': sample({ sigmas: ['7', 0] }),
    };
    const { binding } = propose(graph, newerObjectInfo);
    expect(binding).toMatchObject({ width: ['6.width', '7.width'], height: ['6.height'] });
  });

  test('binds a value that a node holds for several others', () => {
    const size = { class_type: 'PrimitiveInt', inputs: { value: 1024 } };
    const text = { class_type: 'PrimitiveStringMultiline', inputs: { value: 'x' } };
    const linked = latent('EmptyFlux2LatentImage', { batch_size: 1, width: ['8', 0], height: ['8', 0] });
    const prompt = { class_type: 'CLIPTextEncode', inputs: { clip: ['2', 0], text: ['9', 0] } };
    const graph = {
      ...loaders,
      '4': prompt,
      '5': say('y'),
      '6': linked,
      '8': size,
      '9': text,
      '10': sample(),
    };
    expect(propose(graph, newerObjectInfo).binding).toMatchObject({
      prompt: ['9.value'],
      width: ['8.value'],
    });
  });
});

describe('where the author shows fields it', () => {
  const graph: Graph = {
    ...loaders,
    '4': say('x'),
    '5': say('y'),
    '6': latent('EmptyFlux2LatentImage', { batch_size: 1 }),
    '10': sample(),
  };
  const field = (label: string | undefined, ...paths: string[]) => ({ label, paths });

  test('offers those in that order under their labels, and the seed', () => {
    const asked = {
      by: 'app' as const,
      fields: [field('How broad', '6.width'), field(undefined, '4.text'), field('Unet', '1.unet_name')],
    };
    const { params, notes, binding } = propose(graph, newerObjectInfo, { asked });
    expect(Object.keys(params.properties)).toEqual(['width', 'prompt', 'seed']);
    expect(params.properties.width).toMatchObject({ 'x-title': { en: 'How broad', 'zh-CN': 'How broad' } });
    expect(binding.seed).toEqual(['10.seed']);
    expect(notes.join()).toContain('Unet');
  });

  test('offers unknown ones within their definitions', () => {
    const asked = {
      by: 'app' as const,
      fields: [field('Kind', '2.type'), field('noise', '10.denoise'), field('start image', '6.batch_size')],
    };
    const { params } = propose(graph, newerObjectInfo, { asked });
    expect(params.properties.kind).toMatchObject({
      type: 'string',
      default: 'flux2',
      enum: expect.arrayContaining(['wan']),
    });
    expect(params.properties.denoise).toMatchObject({ 'x-title': { en: 'Noise', 'zh-CN': 'Noise' } });
    expect(params.properties.count).toMatchObject({ 'x-title': { en: 'Start image', 'zh-CN': '起始图片' } });
  });

  test('names it after its title, and never as another workflow', () => {
    expect(propose(graph, newerObjectInfo, { title: 'Taken!' }).name).toBe('taken-2');
    expect(propose(graph, newerObjectInfo, { title: '画' })).toMatchObject({
      name: 'imported',
      title: { en: '画' },
    });
    const { name, title } = propose(graph, newerObjectInfo, { title: 'Text to Image (Z-Image-Turbo)' });
    expect([name, title.en]).toEqual(['text-to-image-z-image-turbo', 'Text to Image (Z-Image-Turbo)']);
  });
});
