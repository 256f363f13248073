import { describe, expect, test } from 'vitest';
import { readCoreDefinitions } from '../../graph/coreDefinitions.ts';
import { parseManifest } from '../../manifest.ts';
import { field, type Json, out, socket } from '../../testing/pageDocument.ts';
import { definitionsOf } from '../definitions.ts';
import { importDocument } from '../importDocument.ts';
import { proposeManifest } from './proposeManifest.ts';

/*
 * Official blueprints show plain numbers and texts that are all called `value`, and move ports without renumbering their
 * links. These documents are small ones of ours with the same traps.
 */

const core = readCoreDefinitions();
const define = definitionsOf([core]);

function propose(document: unknown) {
  const { imported, faults } = importDocument(document, define);
  if (!imported) throw new Error(JSON.stringify(faults));
  const { manifest } = proposeManifest(imported, define);
  parseManifest(manifest, { objectInfos: [core] });
  const titles = Object.entries(manifest.params.properties).map(([name, param]) => [name, param.title]);
  return { ...manifest, titles: Object.fromEntries(titles) };
}

type Link = [id: number, from: number, fromSlot: number, to: number, toSlot: number];
const subgraph = (id: string, inputs: Json[], nodes: Json[], links: Link[], type = 'IMAGE') => ({
  id,
  name: 'Part',
  inputs,
  outputs: [{ name: type, type }],
  nodes,
  links: links.map(([link, origin_id, origin_slot, target_id, target_slot]) => ({
    id: link,
    origin_id,
    origin_slot,
    target_id,
    target_slot,
  })),
});
const user = (type: string, inputs: Json[], proxyWidgets: [string, string][], values: unknown[] = []) => ({
  id: 9,
  type,
  mode: 0,
  inputs,
  outputs: out('IMAGE'),
  widgets_values: values,
  properties: { proxyWidgets },
});
const document = (nodes: Json[], subgraphs: Json[]) => ({
  version: 0.4,
  nodes,
  links: [],
  definitions: { subgraphs },
});
const plain = (id: number, type: string, title: string, value: unknown, link: number | null = null) => ({
  id,
  type,
  title,
  inputs: [{ ...field('value', link), type: '*' }],
  outputs: out('*'),
  widgets_values: [value],
});
/** A drawing of a text at a size, all of which come by links 1 to 4: text, width, height, steps. */
const drawing: Json[] = [
  { id: 20, type: 'CheckpointLoaderSimple', outputs: out('MODEL', 'CLIP', 'VAE'), widgets_values: ['a'] },
  {
    id: 21,
    type: 'CLIPTextEncode',
    outputs: out('CONDITIONING'),
    inputs: [socket('clip', 'CLIP', 11), field('text', 1)],
    widgets_values: [''],
  },
  {
    id: 22,
    type: 'EmptyLatentImage',
    outputs: out('LATENT'),
    inputs: [field('width', 2), field('height', 3)],
    widgets_values: [64, 64, 1],
  },
  {
    id: 23,
    type: 'KSampler',
    outputs: out('LATENT'),
    inputs: [
      ...[socket('model', 'MODEL', 12), socket('positive', 'CONDITIONING', 13)],
      ...[socket('negative', 'CONDITIONING', 14), socket('latent_image', 'LATENT', 15), field('steps', 4)],
    ],
    widgets_values: [5, 'fixed', 20, 7, 'euler', 'normal', 1],
  },
  {
    id: 24,
    type: 'VAEDecode',
    outputs: out('IMAGE'),
    widgets_values: [],
    inputs: [socket('samples', 'LATENT', 16), socket('vae', 'VAE', 17)],
  },
];
const wires: Link[] = [
  [11, 20, 1, 21, 0],
  [12, 20, 0, 23, 0],
  [13, 21, 0, 23, 1],
  [14, 21, 0, 23, 2],
  [15, 22, 0, 23, 3],
  [16, 23, 0, 24, 0],
  [17, 20, 2, 24, 1],
  [18, 24, 0, -20, 0],
];
const values = [
  plain(1, 'PrimitiveStringMultiline', 'Prompt', 'a harbour'),
  plain(2, 'PrimitiveInt', 'Width', 512),
  plain(3, 'PrimitiveInt', 'Height', 512),
  plain(4, 'PrimitiveInt', 'Rounds', 20),
];
const fromValues: Link[] = [
  [1, 1, 0, 21, 1],
  [2, 2, 0, 22, 0],
  [3, 3, 0, 22, 1],
  [4, 4, 0, 23, 4],
];
const shown: [string, string][] = ['1', '2', '3', '4'].map((id) => [id, 'value']);

const expected = {
  prompt: ['9:1.value'],
  width: ['9:2.value'],
  height: ['9:3.value'],
  steps: ['9:4.value'],
};

describe('fields of one name', () => {
  test('are a parameter each, named by what they fill and titled by their nodes', () => {
    const part = subgraph('part', [], [...values, ...drawing], [...fromValues, ...wires]);
    const { binding, titles } = propose(document([user('part', [], shown)], [part]));
    expect(binding).toMatchObject(expected);
    expect(titles).toMatchObject({ width: 'Width', steps: 'Rounds' });
  });

  test('are told apart where the subgraph’s node has an input for each', () => {
    const ports = ['value', 'value_1', 'value_2', 'value_3'];
    const inner = values.map((node, index) => ({ ...node, inputs: [field('value', 31 + index)] }));
    const wiresIn = inner.map(({ id }, index): Link => [31 + index, -10, index, Number(id), 0]);
    const part = subgraph(
      'part',
      ports.map((name) => ({ name, type: '*' })),
      [...inner, ...drawing],
      [...wiresIn, ...fromValues, ...wires],
    );
    const { binding } = propose(
      document(
        [
          user(
            'part',
            ports.map((name) => field(name)),
            shown,
          ),
        ],
        [part],
      ),
    );
    expect(binding).toMatchObject(expected);
  });

  test('are told apart by their order where a subgraph shows those of another', () => {
    const part = subgraph('part', [], [...values, ...drawing], [...fromValues, ...wires]);
    const within = { ...user('part', [], shown), id: 7 };
    const whole = subgraph('whole', [], [within], [[1, 7, 0, -20, 0]]);
    const alike: [string, string][] = shown.map(() => ['7', 'value']);
    const { binding, graph } = propose(
      document([user('whole', [], alike, ['a pier', 640, 320, 8])], [part, whole]),
    );
    expect(binding).toEqual(
      expect.objectContaining({
        prompt: ['9:7:1.value'],
        width: ['9:7:2.value'],
        height: ['9:7:3.value'],
        steps: ['9:7:4.value'],
      }),
    );
    expect([2, 3, 4].map((id) => graph[`9:7:${id}`]?.inputs.value)).toEqual([640, 320, 8]);
  });
});

test('one field binds no inputs of different kinds', () => {
  const ports = [{ name: 'value', type: '*' }];
  const inner = [values[0], values[3]].map((node) => ({
    ...node,
    inputs: [field('value', Number(node?.id) + 30)],
  }));
  const part = subgraph(
    'part',
    ports,
    [...inner, ...drawing],
    [[31, -10, 0, 1, 0], [34, -10, 0, 4, 0], ...fromValues.filter(([id]) => id === 1 || id === 4), ...wires],
  );
  const { binding } = propose(document([user('part', [field('value')], [])], [part]));
  expect(binding.prompt).toEqual(['9:1.value']);
  expect(Object.values(binding).flat()).toHaveLength(new Set(Object.values(binding).flat()).size);
});

test('a link with an old number takes the port of its input’s name, not one of another type', () => {
  const ports = [
    { name: 'height', type: 'INT' },
    { name: 'ckpt_name', type: 'COMBO' },
  ];
  const loader = { ...drawing[0], inputs: [{ ...field('ckpt_name', 40), type: 'COMBO' }] };
  const sized = { ...drawing[2], inputs: [field('width'), { ...field('height', 41), type: 'INT' }] };
  const [, encoder, , sampler, decoder] = drawing;
  const part = subgraph(
    'part',
    ports,
    [loader, encoder ?? {}, sized, sampler ?? {}, decoder ?? {}],
    [[40, -10, 0, 20, 0], [41, -10, 0, 22, 1], ...wires],
  );
  const fields = [field('height'), field('ckpt_name')];
  const proxies: [string, string][] = [
    ['-1', 'height'],
    ['-1', 'ckpt_name'],
  ];
  const { graph, binding } = propose(document([user('part', fields, proxies, [720, 'b'])], [part]));
  expect(graph['9:20']?.inputs.ckpt_name).toBe('b');
  expect(graph['9:22']?.inputs).toMatchObject({ width: 64, height: 720 });
  expect(binding.height).toEqual(['9:22.height']);
});

test('an input without a field of its own gets what the subgraph’s field shows', () => {
  const show = { id: 30, type: 'PreviewAny', inputs: [socket('source', '*', 50)], outputs: out('STRING') };
  const part = subgraph(
    'part',
    [{ name: 'width', type: 'INT' }],
    [{ ...show, widgets_values: [] }, ...drawing],
    [[50, -10, 0, 30, 0], [1, 30, 0, 21, 1], [2, -10, 0, 22, 0], ...wires],
  );
  const { graph, binding } = propose(document([user('part', [field('width')], [])], [part]));
  expect([graph['9:30']?.inputs.source, graph['9:22']?.inputs.width]).toEqual([64, 64]);
  expect(binding.width).toEqual(['9:30.source', '9:22.width']);
});

describe('a text', () => {
  const throughNodes = (last: Json, links: Link[]) => {
    const nodes = [plain(1, 'PrimitiveString', 'Words', 'a harbour'), last, ...drawing];
    return propose(
      document([user('part', [], [['1', 'value']])], [subgraph('part', [], nodes, [...links, ...wires])]),
    );
  };

  test('that reaches an encoder through nodes of texts is the prompt', () => {
    const joined = {
      id: 5,
      type: 'StringConcatenate',
      outputs: out('STRING'),
      inputs: [field('string_a', 60), field('string_b')],
      widgets_values: ['', 'in the evening', ', '],
    };
    const { binding } = throughNodes(joined, [
      [60, 1, 0, 5, 0],
      [1, 5, 0, 21, 1],
    ]);
    expect(binding.prompt).toEqual(['9:1.value']);
  });

  test('that would come to a pattern which the server runs is no parameter', () => {
    const pattern = {
      id: 5,
      type: 'RegexExtract',
      outputs: out('STRING'),
      inputs: [field('string'), field('regex_pattern', 60)],
      widgets_values: ['x', '', 'First Match', true, false, false, 1],
    };
    const { titles: _, ...proposed } = throughNodes(pattern, [
      [60, 1, 0, 5, 1],
      [1, 5, 0, 21, 1],
    ]);
    const { binding, graph } = proposed;
    expect(Object.values(binding).flat()).not.toContain('9:1.value');
    const words = { type: 'string', title: 'Words', default: 'x' };
    const forced = {
      ...proposed,
      graph,
      binding: { words: '9:1.value' },
      params: { type: 'object', properties: { words } },
      work: { base: 1 },
      example: {},
    };
    expect(() => parseManifest(forced)).toThrow('pattern or program');
  });
});
