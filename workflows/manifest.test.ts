import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentBuiltins } from './builtin.ts';
import { checkGraph } from './graph/checkGraph.ts';
import { buildParams } from './manifest/buildParams.ts';
import { manifestDocument } from './manifest/manifestSchema.ts';
import { loadManifestFolder, ManifestError, parseManifest } from './manifest.ts';
import { describeParams, type ParamSchema } from './params/paramsMeta.ts';
import { arbitraryParams } from './testing/arbitraryParams.ts';
import { propertyRuns } from './testing/propertyRuns.ts';
import { sampleManifest } from './testing/sampleManifest.ts';
import { fullObjectInfo } from './testing/testObjectInfo.ts';

const images = { image: { uploadedName: 'a.png', width: 640, height: 480 } };

/** Pointer and sentence of every fault; fails without one. */
function faultsOf(document: unknown, options = {}): { pointer: string; message: string }[] {
  try {
    parseManifest(document, options);
  } catch (error) {
    if (error instanceof ManifestError) return [...error.faults];
    throw error;
  }
  throw new Error('the manifest was taken');
}

/** A copy of the sample with the value at a pointer replaced, or removed where the value is undefined. */
function spoiled(pointer: string, value: unknown): unknown {
  const document: unknown = sampleManifest();
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/'));
  const last = parts.pop() ?? '';
  let place = document as Record<string, unknown>;
  for (const part of parts) place = place[part] as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return document;
}

describe('a workflow of an operator', () => {
  const workflow = parseManifest(sampleManifest(), { objectInfos: [fullObjectInfo] });

  test('binds like a template', () => {
    expect(workflow).toMatchObject({
      name: 'watercolour',
      version: 3,
      type: 'custom',
      imageParams: ['image'],
      seedParam: 'seed',
      inventoryParams: { model: { classType: 'CheckpointLoaderSimple', input: 'ckpt_name' } },
    });
    const params = workflow.params.parse({ ...workflow.example, prompt: ' ink ', steps: 30 });
    const graph = workflow.bind({ ...params, seed: 9 }, { images, outputPrefix: 'star-graph/task' });
    expect(graph['3']?.inputs.text).toBe('ink');
    expect(graph['5']?.inputs).toEqual({ image: 'a.png' });
    expect(graph['9']?.inputs).toMatchObject({ seed: 9, steps: 30, denoise: 0.6 });
    expect(graph['11']?.inputs.filename_prefix).toBe('star-graph/task');
    expect(workflow.price(params, images)).toBe(4);
  });

  test('binds all valid params to a graph that a server accepts', () => {
    fc.assert(
      fc.property(arbitraryParams(workflow), (params) => {
        const graph = workflow.bind(params, { images, outputPrefix: 'star-graph/task' });
        expect(checkGraph(graph, fullObjectInfo)).toEqual([]);
      }),
    );
  });

  test('has a digest that changes only with graph, binding and schema', () => {
    const digest = (pointer: string, value: unknown) => parseManifest(spoiled(pointer, value)).digest;
    expect(digest('/title/en', 'Other')).toBe(workflow.digest);
    expect(digest('/graph/4/inputs/text', 'print')).not.toBe(workflow.digest);
    expect(digest('/binding/denoise', '9.cfg')).not.toBe(workflow.digest);
    expect(digest('/binding/prompt', '4.text')).not.toBe(workflow.digest);
    expect(digest('/params/properties/steps/maximum', 50)).not.toBe(workflow.digest);
  });
});

/** A template's own JSON Schema without the parts that the subset expresses by its x- words. */
/** Lists, and pictures that may be left out, are the shipped workflows' alone. */
function toSubset(schema: ParamSchema): ParamSchema {
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (property.type === 'array') return [];
    if (property['x-asset'] && !schema.required?.includes(name)) return [];
    const { format: _format, pattern: _pattern, ...rest } = property;
    const { minLength: _min, maxLength: _max, ...named } = rest;
    return [[name, rest['x-options'] || rest['x-asset'] ? named : rest] as const];
  });
  const { $schema: _schema, ...root } = schema;
  return { ...root, properties: Object.fromEntries(properties) };
}

test('takes the document that the documentation shows', async () => {
  const page = await readFile(new URL('../infra/docs/workflows.md', import.meta.url), 'utf8');
  const [, json] = /## What a manifest may say[\s\S]*?```json\n([\s\S]*?)```/.exec(page) ?? [];
  const document: unknown = { ...JSON.parse(json ?? ''), graph: sampleManifest().graph };
  expect(parseManifest(document, { objectInfos: [fullObjectInfo] }).imageParams).toEqual(['image']);
});

describe('one meaning', () => {
  test.each(currentBuiltins.map((workflow) => [workflow.name, workflow] as const))(
    'the params of %s mean the same as its zod schema',
    (_, workflow) => {
      const schema = toSubset(describeParams(workflow.params));
      const names = Object.keys(schema.properties ?? {});
      const original = workflow.params as unknown as {
        shape: Record<string, { safeParse: (raw: unknown) => { success: boolean; data?: unknown } }>;
      };
      const built = buildAlone(schema);
      const junk = fc.oneof(
        fc.integer(),
        fc.integer({ min: 0, max: 40 }),
        fc.double(),
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        fc.constantFrom(null, undefined, '', ' ', 'a\u0000', 'x'.repeat(4001), [], {}, 2 ** 53, -1, 8.5),
        fc.constantFrom('openpose', 'mp4', 'photo', 'map', 2, 4, 512, 1024),
        fc.uuid(),
      );
      fc.assert(
        fc.property(fc.constantFrom(...names), junk, (name, value) => {
          const expected = original.shape[name]?.safeParse(value);
          const actual = built[name]?.safeParse(value);
          expect([actual?.success, actual?.data]).toEqual([expected?.success, expected?.data]);
        }),
        propertyRuns(500),
      );
    },
  );
});

/** The zod schemas of single params, by a manifest that binds nothing else. */
function buildAlone(schema: ParamSchema) {
  const { params, faults } = buildParams(manifestDocument.shape.params.parse(schema));
  expect(faults).toEqual([]);
  return (
    params as unknown as {
      shape: Record<string, { safeParse: (raw: unknown) => { success: boolean; data?: unknown } }>;
    }
  ).shape;
}

describe('refuses, with the place,', () => {
  test.each([
    ['a name with a path in it', '/name', '../x'],
    ['an unknown key', '/cheat', 1],
    ['an unknown keyword of a parameter', '/params/properties/prompt/pattern', '(a+)+$'],
    ['a parameter called meta', '/params/properties/meta', { type: 'boolean', title: 'x' }],
    ['a number without limits', '/params/properties/steps', { type: 'integer', title: 'x' }],
    ['limits off their grid', '/params/properties/steps/x-grid', { step: 7, offset: 2 }],
    ['a default outside the limits', '/params/properties/steps/default', 61],
    ['a required parameter that does not exist', '/params/required/0', 'nothing'],
    ['a seed with a maximum of its own', '/params/properties/seed/maximum', 10],
    ['a seed with a minimum of its own', '/params/properties/seed/minimum', 3],
    ['a dangling link', '/graph/10/inputs/samples', ['99', 0]],
    ['a link to a property of every object', '/graph/10/inputs/samples', ['constructor', 0]],
    ['a loader that leaves its folder', '/graph/1/inputs/ckpt_name', '../../etc/passwd'],
    ['a loader with an absolute path', '/graph/1/inputs/ckpt_name', '/etc/passwd'],
    ['a file name that comes over a link', '/graph/1/inputs/ckpt_name', ['3', 0]],
    ['a prefix that comes over a link', '/graph/11/inputs/filename_prefix', ['3', 0]],
    ['an input that is a list', '/graph/9/inputs/steps', [1, 2, 3]],
    ['a node without inputs', '/graph/9/inputs', undefined],
    ['a text of a novel', '/graph/4/inputs/text', 'x'.repeat(40_001)],
    ['a node id with a slash', '/graph/a~1b', { class_type: 'EmptyImage', inputs: {} }],
    ['a binding to a node that the graph lacks', '/binding/steps/0', '99.steps'],
    ['a binding to an input that the node lacks', '/binding/denoise', '9.noise'],
    ['a binding over a link', '/binding/denoise', '9.model'],
    ['a user’s text for a loader', '/binding/prompt', '1.ckpt_name'],
    ['a user’s text for a file prefix', '/binding/prompt', '11.filename_prefix'],
    ['a user’s text for a choice', '/binding/prompt', '9.sampler_name'],
    ['a number for a loader', '/binding/denoise', '1.ckpt_name'],
    ['names of checkpoints for another list', '/binding/model', '9.scheduler'],
    ['a picture where no picture is loaded', '/binding/image', '4.text'],
    ['text where a picture is loaded', '/binding/scheduler', '5.image'],
    ['a binding of no parameter', '/binding/nothing', '9.cfg'],
    ['an example that the params refuse', '/example/prompt', ''],
    ['work by a parameter that is no number', '/work/times/0', 'prompt'],
  ])('%s', (_, pointer, value) => {
    const faults = faultsOf(spoiled(pointer, value));
    // The fault lies at the place or, for a missing or unknown key, at the object around it.
    expect(faults.length).toBeGreaterThan(0);
    const around = pointer.slice(0, pointer.lastIndexOf('/'));
    for (const { pointer: found } of faults.slice(0, 1)) expect([pointer, around]).toContain(found);
    for (const { message } of faults) expect(message).toMatch(/\S{2,}.*\S/);
  });

  test("a user's value as a server file path, in any class", () => {
    const document = sampleManifest();
    Object.assign(document.graph, {
      '12': { class_type: 'SaveElsewhere', inputs: { images: ['10', 0], save_path: 'a', subfolder: 'b' } },
    });
    for (const path of ['12.save_path', '12.subfolder']) {
      const binding = { ...document.binding, scheduler: path };
      expect(faultsOf({ ...document, binding }), path).toEqual([
        { pointer: '/binding/scheduler', message: expect.stringContaining('place for files') },
      ]);
    }
  });

  test('a parameter that is never bound', () => {
    expect(faultsOf(spoiled('/binding/steps', undefined))).toEqual([
      { pointer: '/binding', message: 'The parameter "steps" is never bound.' },
    ]);
  });

  test.each([
    ['picture', 'LoadImage', 'image'],
    ['film', 'LoadVideo', 'file'],
  ])('a %s that no parameter fills', (_, classType, input) => {
    const document = sampleManifest();
    document.graph['6'] = { class_type: classType, inputs: { [input]: 'x' } } as never;
    expect(faultsOf(document).map(({ pointer }) => pointer)).toEqual([`/graph/6/inputs/${input}`]);
  });

  test('a cycle', () => {
    const document = sampleManifest();
    Object.assign(document.graph['7']?.inputs ?? {}, { pixels: ['10', 0] });
    expect(faultsOf(document)).toEqual([
      { pointer: '/graph', message: expect.stringMatching(/^Nodes .* form a cycle\.$/) },
    ]);
  });

  test('a graph that saves nothing', () => {
    const document = sampleManifest();
    delete document.graph['11'];
    expect(faultsOf(document)).toEqual([{ pointer: '/graph', message: expect.stringContaining('saves') }]);
  });

  test('10,000 nodes, with the limit, before it looks at any', () => {
    const nodes = Object.fromEntries(Array.from({ length: 10_000 }, (_, id) => [String(id), null]));
    expect(faultsOf({ ...sampleManifest(), graph: nodes })).toEqual([
      { pointer: '/graph', message: 'The graph has 10000 nodes; it may have at most 200.' },
    ]);
  });

  test('ComfyUI’s UI format, saying how to export the right one', () => {
    const uiFormat = { last_node_id: 9, nodes: [{ id: 9, type: 'SaveImage' }], links: [], version: 0.4 };
    const faults = faultsOf({ ...sampleManifest(), graph: uiFormat });
    expect(faults).toEqual([{ pointer: '/graph', message: expect.stringContaining('Export (API)') }]);
  });

  test.each([[null], [[]], ['graph'], [{}], [undefined]])('a graph that is %j', (graph) => {
    expect(faultsOf({ ...sampleManifest(), graph }).map(({ pointer }) => pointer)).toEqual(['/graph']);
  });

  test('wrong types and ranges by an inventory, but not absent files', () => {
    const options = { objectInfos: [fullObjectInfo] };
    const faults = faultsOf(spoiled('/graph/9/inputs/cfg', 1000), options);
    expect(faults.map(({ pointer }) => pointer)).toEqual(['/graph/9/inputs/cfg']);
    expect(parseManifest(spoiled('/params/properties/model/default', 'new.safetensors'), options).name).toBe(
      'watercolour',
    );
  });
});

test('takes a field’s values by name, but no list, depth or mass of them', () => {
  const curve = {
    interpolation: 'linear',
    points: [
      [0, 0],
      [1, 1],
    ],
  };
  const withCurve = (value: unknown) => spoiled('/graph/4/inputs/curve', value);
  expect(parseManifest(withCurve(curve)).name).toBe('watercolour');
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = { deep };
  for (const value of [
    [1, 2, 3],
    deep,
    { points: Array.from({ length: 201 }, () => 0) },
    { a: 'x'.repeat(40_000) },
  ])
    expect(faultsOf(withCurve(value)).map(({ pointer }) => pointer)).toEqual(['/graph/4/inputs/curve']);
});

test('takes a class of any node pack: an administrator answers for what is offered', () => {
  const document = spoiled('/graph/4/class_type', 'MyTextEncode');
  expect(parseManifest(document).nodeClasses()).toContain('MyTextEncode');
});

describe('a folder', () => {
  let folder: string;
  const write = (name: string, value: unknown) =>
    writeFile(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'star-graph-manifest-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('holds the manifest and, as ComfyUI exported it, the graph', async () => {
    const { graph, ...manifest } = sampleManifest();
    await Promise.all([write('manifest.json', manifest), write('graph.json', graph)]);
    const workflow = await loadManifestFolder(folder, { objectInfos: [fullObjectInfo] });
    expect(workflow.digest).toBe(parseManifest(sampleManifest()).digest);
  });

  test('says which file is no JSON or too large', async () => {
    await write('graph.json', '{');
    await expect(loadManifestFolder(folder)).rejects.toThrow('graph.json is no JSON');
    await write('graph.json', JSON.stringify('x'.repeat(1_000_001)));
    await expect(loadManifestFolder(folder)).rejects.toThrow('graph.json may have at most 1000000 bytes');
  });
});
