import { describe, expect, test } from 'vitest';
import { readCoreDefinitions } from '../graph/coreDefinitions.ts';
import {
  blank,
  field,
  invert,
  out,
  page,
  part,
  saver,
  socket,
  subgraphId,
  user,
} from '../testing/pageDocument.ts';
import { definitionsOf } from './definitions.ts';
import { importDocument } from './importDocument.ts';

const find = definitionsOf([readCoreDefinitions()]);

function imported(value: unknown) {
  const result = importDocument(value, find);
  if (!result.imported) throw new Error(JSON.stringify(result.faults));
  return result.imported;
}
const sentences = (value: unknown): string[] =>
  importDocument(value, find).faults.map(({ pointer, message }) => `${pointer}: ${message}`);

describe('a subgraph', () => {
  const links = [
    [1, 9, 0, 2, 0, 'IMAGE'],
    [2, 3, 0, 9, 1, 'IMAGE'],
  ];
  const around = [saver(2, 1), blank(3)];

  test('takes the values that its node shows over those inside', () => {
    const own = imported(page([user([640], [['-1', 'width']], 2), ...around], links));
    expect(own.graph['9:5']?.inputs).toEqual({ width: 640, height: 32, batch_size: 1, color: 0 });
    const inner = imported(
      page(
        [
          user(
            [null, 480],
            [
              ['-1', 'width'],
              ['5', 'height'],
            ],
            2,
          ),
          ...around,
        ],
        links,
      ),
    );
    expect(inner.graph['9:5']?.inputs).toMatchObject({ width: 64, height: 480 });
  });

  test('says which inputs its fields fill, with the author’s labels', () => {
    const { asked, title, description } = imported(
      page(
        [
          user(
            [640, 7],
            [
              ['-1', 'width'],
              ['5', 'color'],
            ],
            2,
          ),
          ...around,
        ],
        links,
      ),
    );
    expect([title, description]).toEqual(['Blank', 'A blank picture.']);
    expect(asked?.fields.map(({ label, paths }) => [label, paths])).toEqual([
      ['breadth', ['9:5.width']],
      [undefined, []],
      [undefined, ['9:5.color']],
    ]);
  });

  test('alone gets loaders and savers at its open ends', () => {
    const { graph, asked } = imported(page([user([], [])], []));
    expect(graph['10']).toMatchObject({ class_type: 'SaveImage', inputs: { images: ['9:6', 0] } });
    expect(graph['11']).toMatchObject({ class_type: 'LoadImage' });
    expect(graph['9:6']?.inputs).toEqual({ image1: ['9:5', 0], image2: ['11', 0] });
    expect(asked?.fields[1]?.paths).toEqual(['11.image']);
  });

  test('that is used inside itself is refused with its place', () => {
    const endless = { ...part, nodes: [...part.nodes, { ...user([], []), id: 7 }] };
    const [sentence] = sentences(page([user([], [])], [], { definitions: { subgraphs: [endless] } }));
    expect(sentence).toMatch(/^\/definitions\/subgraphs\/0\/nodes\/2: This subgraph is used inside itself/);
  });

  test('that multiplies without end is refused', () => {
    const nest = Array.from({ length: 8 }, (_, level) => ({
      ...part,
      id: `${subgraphId}-${level}`,
      nodes: Array.from({ length: 8 }, (_unused, id) => ({
        ...user([], []),
        id,
        type: level === 7 ? 'EmptyImage' : `${subgraphId}-${level + 1}`,
      })),
    }));
    const use = { ...user([], []), type: `${subgraphId}-0` };
    expect(sentences(page([use], [], { definitions: { subgraphs: nest } })).join()).toContain(
      'more than 1000 nodes',
    );
  });
});

describe('a page’s document', () => {
  test('does without muted nodes, and lists them', () => {
    const { graph, leftOut } = imported(
      page(
        [saver(2, 1), blank(3), invert(4, 2, 2), { ...saver(6, 3) }],
        [
          [1, 3, 0, 2, 0, 'IMAGE'],
          [2, 3, 0, 4, 0, 'IMAGE'],
          [3, 4, 0, 6, 0, 'IMAGE'],
        ],
      ),
    );
    expect(leftOut).toEqual([{ node: '4', classType: 'ImageInvert' }]);
    expect(graph['6']?.inputs).not.toHaveProperty('images');
  });

  test('passes through a bypassed node what comes in beside each output', () => {
    const pair = {
      id: 7,
      type: 'Mixer',
      mode: 4,
      inputs: [socket('a', 'IMAGE', 1), socket('b', 'IMAGE', 2)],
      outputs: out('IMAGE', 'IMAGE'),
      widgets_values: [],
    };
    const { graph } = imported(
      page(
        [blank(3), blank(4), pair, saver(5, 3), saver(6, 4)],
        [
          [1, 3, 0, 7, 0, 'IMAGE'],
          [2, 4, 0, 7, 1, 'IMAGE'],
          [3, 7, 0, 5, 0, 'IMAGE'],
          [4, 7, 1, 6, 0, 'IMAGE'],
        ],
      ),
    );
    expect([graph['5']?.inputs.images, graph['6']?.inputs.images]).toEqual([
      ['3', 0],
      ['4', 0],
    ]);
  });

  test('gives a primitive’s value to every input it feeds, as one', () => {
    const primitive = {
      id: 7,
      type: 'PrimitiveNode',
      outputs: out('INT'),
      inputs: [],
      widgets_values: [512, 'fixed'],
    };
    const { graph, groups } = imported(
      page(
        [saver(2, 1), { ...blank(3), inputs: [field('width', 8), field('height', 9)] }, primitive],
        [
          [1, 3, 0, 2, 0, 'IMAGE'],
          [8, 7, 0, 3, 0, 'INT'],
          [9, 7, 0, 3, 1, 'INT'],
        ],
      ),
    );
    expect(graph['3']?.inputs).toMatchObject({ width: 512, height: 512 });
    expect(graph).not.toHaveProperty('7');
    expect(groups).toEqual([['3.width', '3.height']]);
  });

  test('in App mode names its fields in order, and its results', () => {
    const extra = {
      linearMode: true,
      linearData: {
        inputs: [
          [3, 'height'],
          [3, 'width'],
        ],
        outputs: [2],
      },
    };
    const { asked, graph } = imported(
      page(
        [saver(2, 1), saver(4, 2), blank(3)],
        [
          [1, 3, 0, 2, 0, 'IMAGE'],
          [2, 3, 0, 4, 0, 'IMAGE'],
        ],
        { extra },
      ),
    );
    expect(asked).toEqual({
      by: 'app',
      fields: [
        expect.objectContaining({ paths: ['3.height'] }),
        expect.objectContaining({ paths: ['3.width'] }),
      ],
    });
    expect(Object.keys(graph)).toEqual(['2', '3']);
  });

  test('that only shows its picture gets it saved, and says so', () => {
    const preview = { ...saver(2, 1), type: 'PreviewImage', widgets_values: [] };
    const { graph, notes } = imported(page([preview, blank(3)], [[1, 3, 0, 2, 0, 'IMAGE']]));
    expect(graph['2']).toMatchObject({ class_type: 'SaveImage', inputs: { images: ['3', 0] } });
    expect(notes.join()).toContain('PreviewImage');
  });

  const shown = (id: number, type: string, input: string, kind: string) => ({
    id,
    type,
    inputs: [socket(input, kind, 2)],
    outputs: out('STRING'),
    widgets_values: [],
  });
  const making = (type: string, kind: string) => ({
    id: 5,
    type,
    inputs: [],
    outputs: out(kind),
    widgets_values: [],
  });
  const picture = [1, 3, 0, 2, 0, 'IMAGE'];

  test.each([
    ['a sound', 'PreviewAudio', 'audio', 'AUDIO', 'EmptyAudio', 'SaveAudioMP3', 'audio'],
    ['a body', 'Preview3D', 'model_file', 'FILE_3D', 'MeshToFile3D', 'SaveGLB', 'mesh'],
    ['a text', 'PreviewAny', 'source', '*', 'StringConcatenate', 'SaveText', 'text'],
  ])('that shows %s beside its picture keeps both', (_what, show, input, kind, maker, saves, into) => {
    const nodes = [saver(2, 1), blank(3), making(maker, kind), shown(6, show, input, kind)];
    const { graph, notes } = imported(page(nodes, [picture, [2, 5, 0, 6, 0, kind]]));
    expect(graph['2']?.class_type).toBe('SaveImage');
    expect(graph['6']).toMatchObject({ class_type: saves, inputs: { [into]: ['5', 0] } });
    expect(notes.join()).toContain(`(${show}). It is saved now, by ${saves}.`);
  });

  test('that shows what it also saves, or a step towards a body, saves it once', () => {
    const twice = [
      ...[blank(3), making('EmptyAudio', 'AUDIO')],
      ...[shown(6, 'PreviewAudio', 'audio', 'AUDIO'), { ...shown(7, 'SaveAudioMP3', 'audio', 'AUDIO') }],
      { ...saver(2, 1), type: 'PreviewImage', widgets_values: [] },
    ];
    const links = [picture, [2, 5, 0, 7, 0, 'AUDIO']];
    expect(Object.keys(imported(page(twice, links)).graph)).toEqual(['5', '7']);
  });

  test('that shows boxes beside its picture keeps both, and of a number its picture alone', () => {
    const beside = (maker: string, kind: string) => {
      const nodes = [saver(2, 1), blank(3), making(maker, kind), shown(6, 'PreviewAny', 'source', '*')];
      return Object.values(imported(page(nodes, [picture, [2, 5, 0, 6, 0, kind]])).graph).map(
        ({ class_type: classType }) => classType,
      );
    };
    expect(beside('PrimitiveBoundingBox', 'BOUNDING_BOX')).toContain('SaveText');
    expect(beside('PrimitiveInt', 'INT')).not.toContain('SaveText');
  });

  test('that only shows a number gets it written down', () => {
    const nodes = [making('PrimitiveInt', 'INT'), shown(6, 'PreviewAny', 'source', '*')];
    const { graph } = imported(page(nodes, [[2, 5, 0, 6, 0, 'INT']]));
    expect(graph['7']).toMatchObject({ class_type: 'SaveText', inputs: { text: ['6', 0] } });
    expect(graph['6']).toMatchObject({ class_type: 'PreviewAny', inputs: { source: ['5', 0] } });
  });

  test('keeps names of files with the backslashes of Windows', () => {
    const loader = {
      id: 4,
      type: 'UpscaleModelLoader',
      inputs: [],
      outputs: out('UPSCALE_MODEL'),
      widgets_values: ['esr\\4x.pth'],
    };
    const enlarge = {
      id: 5,
      type: 'ImageUpscaleWithModel',
      inputs: [socket('upscale_model', 'UPSCALE_MODEL', 2), socket('image', 'IMAGE', 3)],
      outputs: out('IMAGE'),
      widgets_values: [],
    };
    const { graph } = imported(
      page(
        [saver(2, 1), blank(3), loader, enlarge],
        [
          [1, 5, 0, 2, 0, 'IMAGE'],
          [2, 4, 0, 5, 0, 'UPSCALE_MODEL'],
          [3, 3, 0, 5, 1, 'IMAGE'],
        ],
      ),
    );
    expect(graph['4']?.inputs).toEqual({ model_name: 'esr\\4x.pth' });
  });

  test.each([
    [
      'a class that no server has',
      { type: 'FancyBlend', properties: { cnr_id: 'fancy-pack' } },
      'node class “FancyBlend” of the node pack “fancy-pack”',
    ],
    [
      'a class of ComfyUI’s own that nobody here knows',
      { type: 'TomorrowNode', properties: { cnr_id: 'comfy-core' } },
      'counts to ComfyUI itself. Install it',
    ],
    ['a group node', { type: 'workflow>mine' }, '“mine” is a group node'],
    [
      'a subgraph that it does not hold',
      { type: '0b7e1c1e-0000-4000-8000-0000000000ff' },
      'does not hold the subgraph',
    ],
  ])('is refused for %s, with place and advice', (_what, node, sentence) => {
    const nodes = [saver(2, 1), { ...blank(3), ...node }];
    expect(sentences(page(nodes, [[1, 3, 0, 2, 0, 'IMAGE']]))).toEqual([expect.stringContaining(sentence)]);
    expect(sentences(page(nodes, [[1, 3, 0, 2, 0, 'IMAGE']]))[0]).toMatch(/^\/nodes\/1\/type: /);
  });

  test('may have unknown classes where no result is made of them', () => {
    const toy = { id: 8, type: 'FancyClock', inputs: [], outputs: [], widgets_values: [] };
    const { leftOut } = imported(page([saver(2, 1), blank(3), toy], [[1, 3, 0, 2, 0, 'IMAGE']]));
    expect(leftOut).toEqual([{ node: '8', classType: 'FancyClock' }]);
  });
});

test('takes what was queued from a picture, and names from the page’s document', () => {
  const prompt = {
    '2': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'x' } },
    '3': { class_type: 'EmptyImage', inputs: { width: 100, height: 32, batch_size: 1, color: 0 } },
  };
  const extra = { linearData: { inputs: [[3, 'width']], outputs: [] } };
  const workflow = page([saver(2, 1), blank(3)], [[1, 3, 0, 2, 0, 'IMAGE']], { extra });
  for (const document of [
    { prompt, workflow },
    { prompt, extra_data: { extra_pnginfo: { workflow } } },
  ]) {
    const { graph, asked } = imported(document);
    expect(graph['3']?.inputs.width).toBe(100);
    expect(asked?.fields).toMatchObject([{ paths: ['3.width'] }]);
  }
});

test('a field of values by name gets its default, and keeps its own', () => {
  const shaped = (values: unknown[]) => {
    const curve = { id: 4, type: 'CurveEditor', inputs: [field('curve')], outputs: out('CURVE') };
    const shader = {
      id: 3,
      type: 'GLSLShader',
      outputs: out('IMAGE'),
      widgets_values: ['void main(){}', 'from_input'],
    };
    const inputs = [socket('images.image0', 'IMAGE', 2), socket('curves.u_curve0', 'CURVE', 3)];
    const nodes = [saver(2, 1), { ...shader, inputs }, blank(5), { ...curve, widgets_values: values }];
    return imported(
      page(nodes, [
        [1, 3, 0, 2, 0, 'IMAGE'],
        [2, 5, 0, 3, 0, 'IMAGE'],
        [3, 4, 0, 3, 1, 'CURVE'],
      ]),
    ).graph['4']?.inputs;
  };
  expect(shaped([])).toEqual({
    curve: {
      interpolation: 'monotone_cubic',
      points: [
        [0, 0],
        [1, 1],
      ],
    },
  });
  const own = {
    interpolation: 'linear',
    points: [
      [0, 1],
      [1, 0],
    ],
  };
  expect(shaped([own])).toEqual({ curve: own });
});

describe('an export', () => {
  const drawn = {
    '1': { class_type: 'EmptyImage', inputs: { width: 64, height: 32, batch_size: 1, color: 0 } },
    '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
  };

  test.each([
    ['as a service’s job', { input: { workflow: drawn, images: [] } }, '/input/workflow'],
    ['as a service’s job with a prompt', { id: 'x', input: { prompt: drawn } }, '/input/prompt'],
    ['under a name', { workflow: drawn }, '/workflow'],
  ])('is read where it is wrapped %s', (_, body, place) => {
    const { graph, placeOf } = imported(body);
    expect(graph).toEqual(drawn);
    expect(placeOf('/1/inputs/width')).toBe(`${place}/1/inputs/width`);
  });

  test('from before a class had an input gets that input’s default, but never a file', () => {
    const older = {
      '3': { class_type: 'UNETLoader', inputs: { unet_name: 'a.safetensors' } },
      '4': { class_type: 'VAELoader', inputs: {} },
      '2': { class_type: 'SaveImage', inputs: { images: ['3', 0], mask: ['4', 0], filename_prefix: 'x' } },
    };
    const { graph, notes } = imported(older);
    expect(graph['3']?.inputs).toEqual({ unet_name: 'a.safetensors', weight_dtype: 'default' });
    expect(graph['4']?.inputs).toEqual({});
    expect(notes).toEqual([expect.stringContaining('“weight_dtype”: it is "default" now')]);
  });
});

test.each([
  ['IMAGE,MASK', 'source', 'LoadImage'],
  ['*', 'source', 'LoadImage'],
  ['*', 'your video', 'LoadVideo'],
  ['MASK,IMAGE', 'source', 'LoadImageMask'],
])('a blueprint’s input of type %s called “%s” gets %s', (type, name, loader) => {
  const shape = {
    id: 5,
    type: 'ResizeImageMaskNode',
    outputs: out('*'),
    inputs: [socket('input', type, 1)],
    widgets_values: ['scale by multiplier', 0.5, 'area'],
  };
  const blueprint = {
    ...part,
    inputs: [{ name, type }],
    outputs: [{ name: 'OUT', type: 'MASK' }],
    nodes: [shape],
    links: [
      { id: 1, origin_id: -10, origin_slot: 0, target_id: 5, target_slot: 0 },
      { id: 2, origin_id: 5, origin_slot: 0, target_id: -20, target_slot: 0 },
    ],
  };
  const node = { ...user([], []), inputs: [socket(name, type, null)], outputs: out('MASK') };
  const { graph } = imported({ ...page([node], []), definitions: { subgraphs: [blueprint] } });
  const classes = Object.values(graph).map(({ class_type: classType }) => classType);
  // A mask comes out, which is saved as a picture.
  expect(classes.toSorted()).toEqual([loader, 'MaskToImage', 'ResizeImageMaskNode', 'SaveImage'].toSorted());
});
