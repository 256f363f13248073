import { createHash, randomInt, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Graph } from '@star-graph/workflows/graph/graph';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../ground/runtime/clock.ts';
import { startPreviewBackend } from '../testing/comfy/startPreviewBackend.ts';
import type { ComfyClient, ExecutionEvent, Outcome } from './comfy.ts';
import { createComfyClient } from './comfyClient.ts';

/**
 * The contract of every ComfyUI server. It runs against both versions that the preview backend speaks and, on demand,
 * against a real server: `COMFYUI_CONTRACT_URL=http://host:8188`. The server should be idle and have a checkpoint.
 */
interface Server {
  name: string;
  start(): Promise<{ url: string; stop(): Promise<void> }>;
}

const realUrl = process.env.COMFYUI_CONTRACT_URL;
const servers: Server[] = [
  ...['0.3.64', '0.33.0'].map((protocol) => ({
    name: `the preview backend as ${protocol}`,
    start: () =>
      startPreviewBackend({
        flags: ['--protocol', protocol, '--preview-method', 'latent2rgb', '--seconds-per-step', '0.02'],
      }),
  })),
  ...(realUrl ? [{ name: realUrl, start: async () => ({ url: realUrl, stop: async () => undefined }) }] : []),
];

const sampling = (checkpoint: string, steps: number): Graph => ({
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: randomInt(2 ** 40),
      steps,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 128, height: 128, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'a red fox', clip: ['4', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: '', clip: ['4', 1] } },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { filename_prefix: 'contract', images: ['8', 0] } },
});

const scaling = (image: string, suffix = randomUUID()): Graph => ({
  '1': { class_type: 'LoadImage', inputs: { image } },
  '2': { class_type: 'ImageScaleBy', inputs: { image: ['1', 0], upscale_method: 'lanczos', scale_by: 2 } },
  '3': { class_type: 'SaveImage', inputs: { filename_prefix: `contract/${suffix} é&#`, images: ['2', 0] } },
});

async function createPicture() {
  const create = {
    width: 48,
    height: 32,
    channels: 3 as const,
    background: { r: randomInt(256), g: 9, b: 77 },
  };
  const bytes = new Uint8Array(await sharp({ create }).png().toBuffer());
  return { bytes, name: `${createHash('sha256').update(bytes).digest('hex')}.png` };
}

describe.each(servers)('$name', ({ start }) => {
  let server: Awaited<ReturnType<Server['start']>>;
  let client: ComfyClient;
  let checkpoint: string;

  beforeAll(async () => {
    server = await start();
    client = createComfyClient(
      { clock: systemClock, logger: pino({ level: 'silent' }) },
      { url: server.url },
    );
    await client.connect();
    const [first] = (await client.inventory()).models.checkpoints;
    if (first === undefined) throw new Error('the server has no checkpoint');
    checkpoint = first;
  });

  afterAll(async () => {
    await client?.close();
    await server?.stop();
  });

  function execute(graph: Graph) {
    const promptId = randomUUID();
    const events: ExecutionEvent[] = [];
    const outcome = client.follow({ promptId, graph }, (event) => events.push(event));
    return { promptId, events, outcome, posted: client.post(promptId, graph) };
  }

  function requireOutputs(outcome: Outcome) {
    if (outcome.kind !== 'succeeded') throw new Error(`not succeeded: ${JSON.stringify(outcome)}`);
    return outcome.outputs;
  }

  test('says its version and its memory', async () => {
    const facts = await client.probe();
    expect(facts.version).toMatch(/^\d+\.\d+/);
    expect(facts.devices[0]?.vramTotalBytes).toBeGreaterThan(0);
    expect(facts.maxUploadBytes).toBeGreaterThan(1_000_000);
  });

  test('offers the nodes of plain text to image, with their choices', async () => {
    const { classes } = await client.inventory();
    expect(classes.KSampler?.inputs.sampler_name?.choices).toContain('euler');
    expect(classes.CheckpointLoaderSimple?.inputs.ckpt_name?.choices).toContain(checkpoint);
    expect(classes.SaveImage?.isOutput).toBe(true);
  });

  test('samples with progress that climbs to 100, and gives the picture', async () => {
    const { outcome, events, posted } = execute(sampling(checkpoint, 6));
    expect(await posted).toEqual({ kind: 'accepted' });
    const [file] = requireOutputs(await outcome);
    if (!file) throw new Error('no file');
    const { stream } = await client.fetchOutput(file, { maxBytes: 10_000_000 });
    const { width, height } = await sharp(await buffer(stream)).metadata();
    expect({ width, height }).toEqual({ width: 128, height: 128 });
    const percents = events.flatMap((event) => (event.type === 'progress' ? [event.percent] : []));
    expect(events[0]).toEqual({ type: 'started' });
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(percents.at(-1)).toBe(100);
    expect(events).toContainEqual(expect.objectContaining({ nodeType: 'KSampler', step: 6, steps: 6 }));
  });

  test('the same upload has the same name, and odd folder names work', async () => {
    const picture = await createPicture();
    const name = await client.upload(picture);
    expect(await client.upload({ ...picture, bytes: new Blob([picture.bytes]) })).toBe(name);
    const [file] = requireOutputs(await execute(scaling(name)).outcome);
    if (!file) throw new Error('no file');
    expect(file).toMatchObject({ subfolder: 'contract', type: 'output', media: 'image' });
    const { stream } = await client.fetchOutput(file, { maxBytes: 10_000_000 });
    const { width, height } = await sharp(await buffer(stream)).metadata();
    expect({ width, height }).toEqual({ width: 96, height: 64 });
  });

  test('the same graph runs from the cache, with the same file', async () => {
    const graph = scaling(await client.upload(await createPicture()));
    const first = requireOutputs(await execute(graph).outcome);
    expect(requireOutputs(await execute(graph).outcome)).toEqual(first);
  });

  test('refuses an unknown class, a missing picture and a wrong value', async () => {
    const unknown = { '1': { class_type: 'NoSuchNode', inputs: {} } };
    expect(await execute(unknown).posted).toMatchObject({ kind: 'refused', refusal: { reason: 'backend' } });
    const missing = execute(scaling('no-such-picture.png'));
    expect(await missing.posted).toMatchObject({ kind: 'refused', refusal: { reason: 'backend' } });
    expect((await missing.outcome).kind).toBe('refused');
    expect(await execute(sampling(checkpoint, 0)).posted).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'request', errors: [{ nodeId: '3', type: 'value_smaller_than_min' }] },
    });
  });

  test('leaves nothing of a graph that was only accepted in part', async () => {
    const graph = sampling(checkpoint, 50);
    graph['20'] = { class_type: 'LoadImage', inputs: { image: 'no-such-picture.png' } };
    graph['21'] = { class_type: 'SaveImage', inputs: { filename_prefix: 'x', images: ['20', 0] } };
    const { promptId, posted } = execute(graph);
    expect(await posted).toMatchObject({ kind: 'refused', refusal: { errors: [{ nodeId: '20' }] } });
    await expect.poll(() => client.locate(promptId)).toMatch(/absent|finished/);
    expect((await client.history(promptId))?.result ?? { kind: 'interrupted' }).toEqual({
      kind: 'interrupted',
    });
  });

  test('calls a file that is no picture the request’s fault', async () => {
    const bytes = new TextEncoder().encode(`no picture ${randomUUID()}`);
    const name = await client.upload({
      bytes,
      name: `${createHash('sha256').update(bytes).digest('hex')}.png`,
    });
    expect(await execute(scaling(name)).outcome).toMatchObject({
      kind: 'failed',
      failure: { reason: 'request', nodeType: 'LoadImage' },
    });
  });

  test('cancels a running and a pending prompt, each by its id', async () => {
    // Longer than the test takes, however slow the machine is.
    const running = execute(sampling(checkpoint, 5_000));
    const pending = execute(sampling(checkpoint, 400));
    const last = execute(sampling(checkpoint, 2));
    await Promise.all([running.posted, pending.posted, last.posted]);
    await expect.poll(() => client.locate(running.promptId)).toBe('running');
    expect(await client.locate(pending.promptId)).toBe('pending');
    await client.cancel(pending.promptId);
    expect(await client.locate(running.promptId)).toBe('running');
    await client.cancel(running.promptId);
    expect(await running.outcome).toEqual({ kind: 'interrupted' });
    expect(await pending.outcome).toEqual({ kind: 'forgotten' });
    expect(pending.events).toEqual([]);
    requireOutputs(await last.outcome);
  });

  test('cancelling what is not there harms nobody', async () => {
    const other = execute(sampling(checkpoint, 10));
    await other.posted;
    await client.cancel(randomUUID());
    requireOutputs(await other.outcome);
  });

  test('says that a file is gone', async () => {
    const file = { nodeId: '1', filename: `${randomUUID()}.png`, subfolder: '', type: 'output' };
    await expect(
      client.fetchOutput({ ...file, media: 'image', isAnimated: false }, { maxBytes: 1 }),
    ).rejects.toMatchObject({ kind: 'file-gone' });
  });

  test('knows nothing of a prompt that never was', async () => {
    expect(await client.locate(randomUUID())).toBe('absent');
    expect(await client.history(randomUUID())).toBeUndefined();
  });

  test('takes the request for free memory, and goes on working', async () => {
    await client.free();
    requireOutputs(await execute(sampling(checkpoint, 2)).outcome);
  });
});
