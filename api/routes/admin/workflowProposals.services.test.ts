import { createTwoColours } from '@star-graph/core/testing/pictures';
import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import { beforeAll, describe, expect, test } from 'vitest';
import { badGraphs, endingIn, withGraph } from '../../testing/calls/badGraphs.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform, { BODY_LIMIT_BYTES: '2000000' });
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});

const send = (body: unknown) => api.call('/api/admin/workflows', { token: admin, body });
const pointersOf = (answer: { body: { errors?: { pointer: string }[] } }): string[] =>
  (answer.body.errors ?? []).map(({ pointer }) => pointer);
const findListed = async (name: string) => {
  const answer = await api.call('/api/v1/workflows?limit=100', { token: admin });
  return answer.body.items.find((item: { name: string }) => item.name === name);
};

describe('a proposal', () => {
  const propose = (graph: unknown) =>
    api.call('/api/admin/workflows/propose', { token: admin, body: { graph } });

  test('needs a graph, and says which', async () => {
    const answer = await propose(undefined);
    expect(answer.body.errors).toEqual([
      { pointer: '/graph', message: expect.stringContaining('Export (API)') },
    ]);
  });

  test('for an export can be sent unchanged, and stores nothing itself', async () => {
    const answer = await propose(sampleTextManifest('x', 1).graph);
    expect(answer.status).toBe(200);
    const { manifest } = answer.body;
    expect(Object.keys(manifest.params.properties)).toEqual(
      expect.arrayContaining(['prompt', 'model', 'seed', 'steps', 'sampler']),
    );
    expect(await findListed(manifest.name)).toBeUndefined();
    expect((await send(manifest)).status).toBe(201);
    expect(await findListed(manifest.name)).toMatchObject({ available: true });
  });

  test('leaves out nodes that lead to no saver, and says which', async () => {
    const { graph } = withGraph((nodes) => ({
      ...nodes,
      '12': { class_type: 'PreviewImage', inputs: { images: ['13', 0] } },
      '13': { class_type: 'SomeFilter', inputs: { image: ['10', 0] } },
    }));
    const answer = await propose(graph);
    expect(answer.status).toBe(200);
    expect(answer.body.leftOut).toEqual([
      { node: '12', classType: 'PreviewImage' },
      { node: '13', classType: 'SomeFilter' },
    ]);
    expect(Object.keys(answer.body.manifest.graph)).toEqual(Object.keys(sampleTextManifest('x', 1).graph));
  });

  test('accepts the body of a POST /prompt, and points into its graph', async () => {
    const { graph } = sampleTextManifest('x', 1);
    const answer = await propose({ client_id: 'x', prompt: graph, extra_data: {} });
    expect([answer.status, answer.body.manifest?.graph]).toEqual([200, graph]);
    expect(pointersOf(await propose({ prompt: { '1': {} } }))).toEqual(['/graph/prompt/1/class_type']);
    const page = {
      nodes: [
        { id: 1, type: 'NoSuchNode' },
        { id: 2, type: 'SaveImage', inputs: [{ name: 'images', type: 'IMAGE', link: 1 }] },
      ],
      links: [[1, 1, 0, 2, 0, 'IMAGE']],
    };
    expect(pointersOf(await propose(page))).toEqual(['/graph/nodes/0/type']);
    const sent = await send(withGraph((nodes) => ({ prompt: nodes })));
    expect(sent.body.errors).toEqual([{ pointer: '/graph', message: expect.stringContaining('"prompt"') }]);
  });

  test('takes any class, and names those that do more than compute or are a node pack’s', async () => {
    const { graph } = sampleTextManifest('x', 1);
    const foreign = await propose(endingIn(graph, 'NoSuchNode'));
    expect([foreign.status, foreign.body.notes]).toEqual([
      200,
      expect.arrayContaining([
        expect.stringContaining("Not ComfyUI's own: NoSuchNode."),
        expect.stringContaining('No server of the pool has NoSuchNode.'),
      ]),
    ]);
    const guarded = await propose(endingIn(graph, 'RegexReplace'));
    expect(guarded.body.notes.join()).toContain('RegexReplace runs what a text in the graph says');
    const { body } = await propose(graph);
    expect(body.notes.join()).not.toMatch(/own:|node class|No server/);
  });

  test('is refused for a number that no server takes', async () => {
    const { graph } = withGraph((nodes) => ({
      ...nodes,
      '5': { class_type: 'EmptyImage', inputs: { width: 20_000, height: 64, batch_size: 1, color: 0 } },
    }));
    expect(pointersOf(await propose(graph))).toEqual(['/graph/5/inputs/width']);
  });

  test.each(badGraphs)('is refused for %s', async (_what, { graph }, pointer) => {
    const answer = await propose(graph);
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
    expect(pointersOf(answer).join()).toContain(pointer);
  });

  const proposeFile = (...files: Uint8Array<ArrayBuffer>[]) => {
    const body = new FormData();
    for (const bytes of files) body.append('file', new Blob([bytes]), 'file');
    return api.call('/api/admin/workflows/propose-from-file', { token: admin, body });
  };
  /** A picture as ComfyUI saves it, with these texts in it. */
  async function createPicture(texts: Record<string, string>): Promise<Buffer<ArrayBuffer>> {
    const exif = { IFD0: { Model: `prompt:${texts.prompt}`, Make: `workflow:${texts.workflow}` } };
    return Buffer.from(await createTwoColours(8, 8).withExif(exif).webp().toBuffer());
  }

  test('for a picture of ComfyUI’s takes the graph that is inside', async () => {
    const { graph } = sampleTextManifest('x', 1);
    const texts = { prompt: JSON.stringify(graph), workflow: '{}' };
    const answer = await proposeFile(await createPicture(texts));
    expect([answer.status, answer.body.manifest?.graph]).toEqual([200, graph]);
    const file = await proposeFile(Buffer.from(JSON.stringify(graph)));
    expect([file.status, file.body.manifest]).toEqual([200, answer.body.manifest]);
  });

  test.each([
    ['without a graph', '/file', () => createPicture({ prompt: '', workflow: '' })],
    ['that is none', '/file', async () => Buffer.from('GIF89a')],
    [
      'with a file outside the models',
      '/file/9/inputs/vae_name',
      async () =>
        Buffer.from(
          '{"9":{"class_type":"VAELoader","inputs":{"vae_name":"../x"}},"10":{"class_type":"SaveImage","inputs":{"images":["9",0],"filename_prefix":"x"}}}',
        ),
    ],
  ])('for a file %s is refused with the place', async (_what, pointer, create) => {
    const answer = await proposeFile(await create());
    expect([answer.status, codeOf(answer), pointersOf(answer)]).toEqual([422, 'invalid-params', [pointer]]);
  });

  test('for no file, or for two, is refused', async () => {
    expect((await proposeFile()).status).toBe(422);
    const file = Buffer.from('{}');
    expect((await proposeFile(file, file)).status).toBe(422);
  });
});
