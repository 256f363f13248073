import { CallWrapper, ComfyApi, PromptBuilder } from '@saintno/comfyui-sdk';
import { Client } from '@stable-canvas/comfyui-client';
import { createTwoColours, openPicture } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { checkpoint, drawing, type GraphPerson, graphFixture } from '../testing/graphFixture.ts';

const { api, pool, enter, set } = graphFixture({ isDrawing: true });
beforeAll(async () => {
  await pool.release();
});

/** Headers for a package that has options for its fetch and its WebSocket, and none for a key. */
const carrying = (key: string) => {
  const headers = { authorization: `Bearer ${key}` };
  class KeyedSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url, { headers });
    }
  }
  return {
    WebSocket: KeyedSocket as unknown as typeof globalThis.WebSocket,
    fetch: (url: string | URL | Request, init?: RequestInit) =>
      fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), ...headers } }),
  };
};

/** As ComfyUI exports a graph: each node has a title. */
const exported = (graph: Record<string, { class_type: string; inputs: Record<string, unknown> }>) =>
  Object.fromEntries(
    Object.entries(graph).map(([id, node]) => [id, { ...node, _meta: { title: node.class_type } }]),
  );

async function expectPaid({ tasks, balance, send }: GraphPerson, count: number) {
  const made = await tasks();
  expect(made.map(({ status, type }) => [status, type])).toEqual(
    Array.from({ length: count }, () => ['succeeded', 'graph']),
  );
  const paid = made.reduce((sum, { charged = 0 }) => sum + charged, 0);
  expect(paid).toBeGreaterThan(0);
  expect(await balance()).toEqual({ available: 1_000 - paid, held: 0 });
  expect((await send('/queue')).body).toEqual({ queue_running: [], queue_pending: [] });
}

test('@stable-canvas/comfyui-client says why its graph was stopped, and what the time cost', async () => {
  const one = await enter();
  await set({ GRAPH_SECONDS: 1, GRAPH_CREDITS_PER_SECOND: 30 });
  await pool.hold();
  const { host } = new URL(api.graphUrl);
  const client = new Client({ api_host: host, ...carrying(one.key) });
  await client.connect();
  await expect(client.enqueue(drawing({ seed: 9 }), {})).rejects.toThrow(
    /ran as long as a graph may run here, and was stopped\. The time cost 30 credits\..*\(out-of-time\)/,
  );
  client.close();
  await set({ GRAPH_SECONDS: null, GRAPH_CREDITS_PER_SECOND: null });
  await pool.release();
});

test('@stable-canvas/comfyui-client draws over its socket, and by polling', async () => {
  const one = await enter();
  const { host } = new URL(api.graphUrl);
  const client = new Client({ api_host: host, ...carrying(one.key) });
  await client.connect();
  expect(await client.getSDModels()).toContain(checkpoint);
  expect(await client.getSamplers()).toContain('euler');
  const steps: number[] = [];
  const drawn = await client.enqueue(drawing({ seed: 1, steps: 40 }), {
    progress: ({ value }) => void steps.push(value),
  });
  const polled = await client.enqueue_polling(drawing({ seed: 2 }), { polling_ms: 50 });
  for (const { images } of [drawn, polled]) {
    // Over its socket it takes previews for pictures too.
    const [image, ...others] = images.flatMap((one) => (one.type === 'url' ? [one] : []));
    if (!image) throw new Error('an image with its address');
    expect(others).toEqual([]);
    const answer = await fetch(image.data, { headers: { authorization: `Bearer ${one.key}` } });
    const { format, width } = await openPicture(Buffer.from(await answer.arrayBuffer())).metadata();
    expect([format, width]).toEqual(['png', 64]);
  }
  expect(steps.length).toBeGreaterThan(0);
  const { History } = await client.getHistory();
  expect(History).toHaveLength(2);
  client.close();
  await expectPaid(one, 2);
});

test('@saintno/comfyui-sdk draws, changes a picture that it sent up, and shows what comes', async () => {
  const one = await enter();
  const credentials = { type: 'bearer_token', token: one.key } as const;
  const sdk = new ComfyApi(api.graphUrl, 'a-client-of-its-own', { credentials });
  await sdk.init().waitForReady();
  expect(await sdk.getCheckpoints()).toContain(checkpoint);
  const text = new PromptBuilder(exported(drawing({ steps: 8 })), ['seed'], ['images'])
    .setRawInputNode('seed', '3.inputs.seed')
    .setOutputNode('images', '9')
    .input('seed', 11);
  const pending: (string | undefined)[] = [];
  const drawn = await new CallWrapper(sdk, text).onPending((id) => void pending.push(id)).run();
  const bytes = await createTwoColours(80, 64).png().toBuffer();
  const sent = await sdk.uploadImage(new Uint8Array(bytes), 'photo.png');
  if (!sent) throw new Error('the picture was sent up');
  const change = {
    '1': { class_type: 'LoadImage', inputs: { image: sent.info.filename } },
    '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
    '9': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
  };
  const inverting = new PromptBuilder(exported(change), [], ['images']).setOutputNode('images', '9');
  const changed = await new CallWrapper(sdk, inverting).run();
  const widths: (number | undefined)[] = [];
  for (const result of [drawn, changed]) {
    if (!result) throw new Error('a result');
    const { images } = result.images as { images: Parameters<typeof sdk.getImage>[0][] };
    const [image] = images;
    if (!image) throw new Error('an image');
    const blob = await sdk.getImage(image);
    widths.push((await openPicture(Buffer.from(await blob.arrayBuffer())).metadata()).width);
  }
  expect(widths).toEqual([64, 80]);
  expect(pending).toEqual([(await one.tasks())[1]?.id]);
  sdk.destroy();
  await expectPaid(one, 2);
});

test('@saintno/comfyui-sdk draws by an address that ends with the key', async () => {
  const one = await enter({ scopes: ['graph'] });
  const sdk = new ComfyApi(`${api.graphUrl}/${one.key}`, 'keyless');
  await sdk.init().waitForReady();
  const builder = new PromptBuilder(exported(drawing({ seed: 21 })), [], ['images']);
  const drawn = await new CallWrapper(sdk, builder.setOutputNode('images', '9')).run();
  if (!drawn) throw new Error('a result');
  const { images } = drawn.images as { images: Parameters<typeof sdk.getImage>[0][] };
  const [image] = images;
  if (!image) throw new Error('an image');
  const blob = await sdk.getImage(image);
  expect((await openPicture(Buffer.from(await blob.arrayBuffer())).metadata()).width).toBe(64);
  sdk.destroy();
  await expectPaid(one, 1);
});

test('@saintno/comfyui-sdk comes in with a name and a password, and hears of a refusal', async () => {
  const one = await enter();
  const credentials = { type: 'basic', username: 'anybody', password: one.key } as const;
  const sdk = new ComfyApi(api.graphUrl, 'another', { credentials });
  await sdk.init().waitForReady();
  const wrong = { ...drawing(), '9': { class_type: 'SaveLatent', inputs: { samples: ['3', 0] } } };
  const failures: Error[] = [];
  const refused = await new CallWrapper(
    sdk,
    new PromptBuilder(exported(wrong), [], ['images']).setOutputNode('images', '9'),
  )
    .onFailed((error) => void failures.push(error))
    .run();
  expect(refused).toBe(false);
  expect(failures[0]?.cause).toMatchObject({ error: { type: 'missing_node_type' } });
  sdk.destroy();
  expect(await one.tasks()).toEqual([]);
});
