import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newerObjectInfo } from '../testing/testObjectInfo.ts';
import { checkGraph } from './checkGraph.ts';
import { expandInputs, findInput, isOfUnknownType } from './expandInputs.ts';
import type { Graph } from './graph.ts';
import { parseInputs } from './objectInfo.ts';

const inputsOf = (classType: string) => {
  const info = newerObjectInfo[classType];
  if (!info) throw new Error(`${classType} is not recorded`);
  return parseInputs(info.input);
};
const expand = (classType: string, values: Record<string, unknown> = {}) =>
  expandInputs(inputsOf(classType), values);

describe('a choice with inputs of its own', () => {
  test('brings those of the value that was chosen, and no others', () => {
    const expanded = expand('ResizeImageMaskNode', { resize_type: 'scale dimensions' });
    expect([...expanded.keys()].sort()).toEqual([
      'input',
      'resize_type',
      'resize_type.crop',
      'resize_type.height',
      'resize_type.width',
      'scale_method',
    ]);
    expect(expanded.get('resize_type.width')).toEqual({
      type: 'INT',
      isRequired: true,
      min: 0,
      max: 16_384,
      step: 1,
      default: 512,
    });
    expect(expand('ResizeImageMaskNode', { resize_type: 'no such' }).has('resize_type.width')).toBe(false);
  });

  test('is asked for on the first level, and not where an older graph leaves it out', () => {
    expect(expand('ResizeImageMaskNode').get('resize_type')?.isRequired).toBe(true);
    // A graph of an earlier ComfyUI says `codec` beside `format`.
    const video = expand('SaveVideo', { format: 'mp4', codec: 'h264' });
    expect(video.get('format.codec')?.isRequired).toBe(false);
    expect(video.get('codec')?.choices).toContain('h264');
  });

  test('may hold another choice', () => {
    const inputs = expand('SaveVideo', { format: 'mp4', 'format.codec': 'h264' });
    expect([...inputs.keys()]).toEqual(
      expect.arrayContaining(['format', 'format.codec', 'format.codec.encoding']),
    );
  });
});

describe('a growing input', () => {
  test('takes its numbered names, the first of them required', () => {
    const images = expand('BatchImagesNode');
    expect(images.get('images.image0')).toEqual({ type: 'IMAGE', isRequired: true });
    expect(images.get('images.image49')).toEqual({ type: 'IMAGE', isRequired: false });
    expect(images.has('images')).toBe(false);
    expect(images.has('images.image50')).toBe(false);
  });

  test('takes given names, each of several types', () => {
    const values = expand('ComfyMathExpression');
    expect(values.get('values.a')).toEqual({ type: 'FLOAT,INT,BOOLEAN', isRequired: true });
    expect(values.get('values.z')?.isRequired).toBe(false);
  });
});

test('finds an input without the other values, in the widest of its forms', () => {
  const resize = inputsOf('ResizeImageMaskNode');
  expect(findInput(resize, 'resize_type.multiplier')).toMatchObject({ min: 0.01, max: 8 });
  expect(findInput(inputsOf('BatchImagesNode'), 'images.image3')?.type).toBe('IMAGE');
  for (const name of ['resize_type.no', 'no', 'no.such', 'constructor', 'resize_type.constructor'])
    expect(findInput(resize, name), name).toBeUndefined();
});

test('does not judge what an input of an unknown type brings along', () => {
  const inputs = parseInputs({ required: { rows: ['COMFY_TABLE_V4', { any: 1 }], width: ['INT', {}] } });
  expect(isOfUnknownType(inputs, 'rows.0.text')).toBe(true);
  expect(isOfUnknownType(inputs, 'width.x')).toBe(false);
  expect(isOfUnknownType(inputs, 'other.x')).toBe(false);
});

const resize: Graph = {
  '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } },
  '2': {
    class_type: 'ResizeImageMaskNode',
    inputs: {
      input: ['1', 0],
      resize_type: 'scale dimensions',
      'resize_type.width': 128,
      'resize_type.height': 128,
      'resize_type.crop': 'center',
      scale_method: 'area',
    },
  },
  '3': { class_type: 'BatchImagesNode', inputs: { 'images.image0': ['2', 0], 'images.image1': ['1', 0] } },
  '4': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'x' } },
};

/** The graph with other inputs of one node; undefined takes an input away. */
const changed = (id: string, inputs: Record<string, unknown>): Graph => {
  const node = resize[id];
  if (!node) throw new Error(`no node ${id}`);
  const all = Object.entries({ ...node.inputs, ...inputs }).filter(([, value]) => value !== undefined);
  return { ...resize, [id]: { ...node, inputs: Object.fromEntries(all) } };
};

test.each([
  ['a size that is a text', '2', { 'resize_type.width': '128' }, 'wrong-type', '/2/inputs/resize_type.width'],
  [
    'a size beyond its range',
    '2',
    { 'resize_type.width': 20_000 },
    'above-range',
    '/2/inputs/resize_type.width',
  ],
  ['a missing size', '2', { 'resize_type.width': undefined }, 'missing-input', '/2/inputs/resize_type.width'],
  ['an unknown choice', '2', { resize_type: 'fold' }, 'value-not-in-list', '/2/inputs/resize_type'],
  ['no first picture', '3', { 'images.image0': undefined }, 'missing-input', '/3/inputs/images.image0'],
  ['a picture that is a number', '3', { 'images.image1': 4 }, 'wrong-type', '/3/inputs/images.image1'],
])('finds %s at its dotted name', (_, id, inputs, code, pointer) => {
  expect(checkGraph(resize, newerObjectInfo)).toEqual([]);
  expect(checkGraph(changed(id, inputs), newerObjectInfo)).toMatchObject([{ code, pointer }]);
});

test('reads any answer without an exception, however it nests', () => {
  const { spec } = fc.letrec((tie) => ({
    spec: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc.anything({ maxDepth: 1 }),
      fc.tuple(
        fc.constantFrom('COMFY_DYNAMICCOMBO_V3', 'COMFY_AUTOGROW_V3', 'COMFY_MATCHTYPE_V3', 'COMBO', 'INT'),
        fc.record({
          options: fc.array(fc.record({ key: fc.string(), inputs: fc.record({ required: tie('inputs') }) }), {
            maxLength: 2,
          }),
          template: fc.record({
            input: fc.record({ required: tie('inputs') }),
            names: fc.anything({ maxDepth: 1 }),
            min: fc.anything({ maxDepth: 0 }),
            max: fc.anything({ maxDepth: 0 }),
          }),
        }),
      ),
    ),
    inputs: fc.dictionary(fc.string(), tie('spec'), { maxKeys: 2 }),
  }));
  const values = fc.dictionary(fc.string(), fc.anything({ maxDepth: 1 }));
  fc.assert(
    fc.property(spec, values, (anySpec, anyValues) => {
      const inputs = parseInputs({ required: { any: anySpec } });
      expandInputs(inputs, anyValues);
      for (const name of Object.keys(anyValues)) findInput(inputs, `any.${name}`);
    }),
  );
});

test('reads a definition that nests without end', () => {
  const endless: unknown[] = ['COMFY_DYNAMICCOMBO_V3', { options: [] as unknown[] }];
  endless[1] = { options: [{ key: 'again', inputs: { required: { inner: endless } } }] };
  expect(parseInputs({ required: { outer: endless } }).outer?.choices).toEqual(['again']);
});
