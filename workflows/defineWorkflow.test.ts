import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, WorkflowDefinitionError } from './defineWorkflow.ts';
import type { GraphEditor, InputPath } from './graph/graphEditor.ts';
import { field, imageField, seedField } from './params/fields.ts';

const graph = {
  '1': { class_type: 'LoadImage', inputs: { image: 'input.png' } },
  '2': { class_type: 'ImageBlur', inputs: { image: ['1', 0], blur_radius: 1, sigma: 1 } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'blur' } },
};

const title = { en: 'Radius', 'zh-CN': '半径' };
const params = z.strictObject({
  image: imageField({ title: { en: 'Picture', 'zh-CN': '图片' } }),
  radius: field(z.int().min(1).max(31).default(3), { title }),
});

const facts = {
  name: 'blur',
  version: 1,
  type: 'custom',
  title: { en: 'Blur', 'zh-CN': '模糊' },
  description: { en: 'Blurs.', 'zh-CN': '模糊。' },
  params,
  outputKind: 'image',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: () => 1,
  rates: { creditsPerUnit: 1, secondsPerUnit: 1, overheadSeconds: 1 },
} as const;

describe('types', () => {
  test('know the inputs of the graph and what they hold', () => {
    expectTypeOf<InputPath<typeof graph, string>>().toEqualTypeOf<'1.image' | '3.filename_prefix'>();
    expectTypeOf<InputPath<typeof graph, number>>().toEqualTypeOf<'2.blur_radius' | '2.sigma'>();
  });

  test('refuse a wrong binding before anything runs', () => {
    const definitions = [
      // @ts-expect-error the parameter radius is never bound
      () => defineWorkflow({ ...facts, graph, binding: { image: '1.image' } }),
      // @ts-expect-error the graph has no node 9
      () => defineWorkflow({ ...facts, graph, binding: { image: '1.image', radius: '9.sigma' } }),
      // @ts-expect-error node 2 has no input radius
      () => defineWorkflow({ ...facts, graph, binding: { image: '1.image', radius: '2.radius' } }),
      // @ts-expect-error a number does not go where a text is
      () => defineWorkflow({ ...facts, graph, binding: { image: '1.image', radius: '1.image' } }),
    ];
    expect(definitions).toHaveLength(4);
  });
});

describe('definition', () => {
  const define = (changes: { graph?: object; binding?: object; example?: object }) => () =>
    defineWorkflow({
      ...facts,
      graph: (changes.graph ?? graph) as Record<string, { inputs: Record<string, unknown> }>,
      binding: { image: '1.image', radius: '2.blur_radius', ...changes.binding },
      ...(changes.example && { example: changes.example as typeof facts.example }),
    });

  test('binds what it defines', () => {
    const workflow = define({})();
    expect(workflow.imageParams).toEqual(['image']);
    expect(workflow.example).toMatchObject({ radius: 3 });
    const bound = workflow.bind(workflow.example, {
      images: { image: { uploadedName: 'a.png', width: 1, height: 1 } },
      outputPrefix: 'p',
    });
    expect(bound['1']?.inputs.image).toBe('a.png');
    expect(bound['2']?.inputs).toMatchObject({ blur_radius: 3, sigma: 1 });
    expect(bound['3']?.inputs.filename_prefix).toBe('p');
  });

  test.each([
    [
      'a node that the graph lacks',
      { binding: { radius: '9.sigma' } },
      'binding.radius: the graph has no node "9"',
    ],
    [
      'an input that the node lacks',
      { binding: { radius: '2.size' } },
      'binding.radius: node "2" (ImageBlur) has no input "size"',
    ],
    [
      'an input that is linked',
      { binding: { radius: '2.image' } },
      'binding.radius: input "image" of node "2" is linked',
    ],
    [
      'a file name prefix',
      { binding: { radius: '3.filename_prefix' } },
      'binding.radius: node "3": file name prefixes are the server',
    ],
    [
      'a parameter that the schema lacks',
      { binding: { size: '2.sigma' } },
      'binding.size: the schema has no such parameter',
    ],
    [
      'a graph with a dangling link',
      { graph: { ...graph, '2': { class_type: 'ImageBlur', inputs: { image: ['7', 0], blur_radius: 1 } } } },
      'linked to node "7", which the graph lacks',
    ],
    [
      'a graph with a cycle',
      { graph: { ...graph, '2': { class_type: 'ImageBlur', inputs: { image: ['2', 0], blur_radius: 1 } } } },
      'nodes 2 → 2 form a cycle',
    ],
    ['a graph that saves nothing', { graph: { '1': graph['1'], '2': graph['2'] } }, 'no node saves anything'],
    ['an example that its own schema refuses', { example: { image: 'x' } }, 'example:'],
  ])('names workflow and place of %s', (_, changes, place) => {
    expect(define(changes)).toThrow(WorkflowDefinitionError);
    expect(define(changes)).toThrow(/workflow "blur"/);
    expect(define(changes)).toThrow(place);
  });

  test('names a parameter that is never bound when types went unchecked', () => {
    const { radius: _radius, ...binding } = { image: '1.image', radius: '2.sigma' };
    const untyped = { ...facts, graph, binding } as unknown as Parameters<typeof defineWorkflow>[0];
    expect(() => defineWorkflow(untyped)).toThrow('binding.radius: the parameter is never bound');
  });
});

describe('digest', () => {
  const digestOf = (changes: object) =>
    defineWorkflow({
      ...facts,
      graph,
      binding: { image: '1.image', radius: ['2.blur_radius'] },
      ...changes,
    }).digest;

  test('is stable per definition and changes with graph, binding or schema', () => {
    const original = digestOf({});
    expect(digestOf({})).toBe(original);
    expect(original).toMatch(/^[0-9a-f]{64}$/);
    const digests = [
      digestOf({ binding: { image: '1.image', radius: ['2.sigma'] } }),
      digestOf({ graph: { ...graph, '2': { ...graph['2'], class_type: 'ImageSharpen' } } }),
      digestOf({ params: params.extend({ radius: field(z.int().min(1).max(9).default(3), { title }) }) }),
    ];
    expect(new Set([original, ...digests]).size).toBe(4);
  });

  test('counts a rule by its effect, not its form', () => {
    const binding = (radius: unknown) => ({ binding: { image: '1.image', radius } });
    const path = digestOf({});
    const rule = (edit: GraphEditor<typeof graph>, value: number) => edit.set('2.blur_radius', value);
    const other = (edit: GraphEditor<typeof graph>, value: number) =>
      edit.set('2.blur_radius', Math.min(value, 30));
    expect(digestOf(binding(rule))).toBe(path);
    expect(digestOf(binding(other))).not.toBe(path);
  });
});

test('finds the seed by its mark, under any parameter name', () => {
  const workflow = defineWorkflow({
    ...facts,
    params: params.extend({ luck: seedField }),
    graph,
    binding: { image: '1.image', radius: '2.blur_radius', luck: '2.sigma' },
  });
  expect(workflow.seedParam).toBe('luck');
});
