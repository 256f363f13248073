import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BackendClient, connectBackend } from './backendClient.ts';

const saveColour = (color: number) => ({
  1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color } },
  2: { class_type: 'SaveImage', inputs: { filename_prefix: 'fault', images: ['1', 0] } },
});

const sampled = (text: string, steps = 4, seed: number | bigint = 1) => ({
  1: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd_xl_base_1.0.safetensors' } },
  2: { class_type: 'CLIPTextEncode', inputs: { text, clip: ['1', 1] } },
  3: { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
  4: {
    class_type: 'KSampler',
    inputs: {
      seed,
      steps,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['1', 0],
      positive: ['2', 0],
      negative: ['2', 0],
      latent_image: ['3', 0],
    },
  },
  5: { class_type: 'VAEDecode', inputs: { samples: ['4', 0], vae: ['1', 2] } },
  6: { class_type: 'SaveImage', inputs: { filename_prefix: 'sampled', images: ['5', 0] } },
});

let colour = 0;
/** A graph that no cache knows. */
const freshGraph = () => saveColour(++colour);

let backend: PreviewBackendProcess;
let client: BackendClient;

beforeAll(async () => {
  backend = await startPreviewBackend({ flags: ['--preview-method', 'none'] });
  client = await connectBackend(backend.url);
});

afterAll(async () => {
  await client.socket.close();
  await backend.stop();
});

beforeEach(async () => {
  await backend.control({ disarm: 'all', simulate: { secondsPerStep: 0 } });
});

const lastMessage = (run: Awaited<ReturnType<BackendClient['run']>>) => run.status.messages.at(-1);

describe('faults asked for in the prompt', () => {
  test.for([
    ['oom', 'torch.OutOfMemoryError'],
    ['error', 'RuntimeError'],
    ['disk-full', 'OSError'],
  ])('[fault:%s] ends the run with %s, and the next run succeeds', async ([word, exceptionType]) => {
    const failed = await client.run(sampled(`a fox [fault:${word}]`));
    expect(lastMessage(failed)).toMatchObject(['execution_error', { exception_type: exceptionType }]);
    expect(failed.outputs).toEqual({});
    expect((await client.run(sampled('a fox'))).status.status_str).toBe('success');
  });

  test('[fault:hang] lasts until it is interrupted', async () => {
    const promptId = await client.post(sampled('a fox [fault:hang]'));
    await client.socket.until((frames) =>
      frames.some((frame) => frame.kind === 'state' && frame.node === '4' && frame.promptId === promptId),
    );
    await client.send('/interrupt', { prompt_id: promptId });
    const run = await client.finished(promptId);
    expect(lastMessage(run)).toMatchObject(['execution_interrupted', { node_id: '4' }]);
  });

  test('means nothing unless simulation is enabled', async () => {
    await using plain = await startPreviewBackend({ flags: ['--preview-method', 'none'], simulate: false });
    await using other = await connectBackend(plain.url);
    expect((await other.run(sampled('a fox [fault:oom]'))).status.status_str).toBe('success');
    expect((await fetch(`${plain.url}/control`)).status).toBe(404);
  });
});

describe('faults ordered by the control call', () => {
  test('strikes as often as ordered and not once more', async () => {
    await backend.control({ arm: [{ kind: 'http-status', path: '/queue', status: 503, times: 2 }] });
    const statuses: number[] = [];
    for (let call = 0; call < 3; call++) statuses.push((await fetch(`${backend.url}/queue`)).status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  test('a held run goes on when every fault is disarmed', async () => {
    const struck = async () => (await backend.control({})).struck as Record<string, number>;
    const { hold: before = 0 } = await struck();
    await backend.control({ arm: [{ kind: 'hold' }] });
    const promptId = await client.post(freshGraph());
    await expect.poll(async () => (await struck()).hold).toBe(before + 1);
    await backend.control({ disarm: 'all' });
    expect((await client.finished(promptId)).status.status_str).toBe('success');
  });

  test('leaves other routes alone', async () => {
    await backend.control({ arm: [{ kind: 'http-garbage', path: '/prompt', times: 'always' }] });
    expect((await fetch(`${backend.url}/queue`)).status).toBe(200);
    const garbage = await (await fetch(`${backend.url}/prompt`)).text();
    expect(() => JSON.parse(garbage)).toThrow();
  });

  test('cuts a file in half with its connection', async () => {
    const run = await client.run(freshGraph());
    const file = run.outputs['2']?.images?.[0];
    if (!file) throw new Error('nothing was saved');
    await backend.control({ arm: [{ kind: 'http-truncate' }] });
    await expect(client.fetchFile(file)).rejects.toThrow();
    const whole = await client.fetchFile(file);
    expect(whole.equals(await readFile(join(backend.dataDirectory, 'output', file.filename)))).toBe(true);
  });

  test('queues a prompt whose answer never comes, and runs it', async () => {
    await backend.control({ arm: [{ kind: 'accept-hang' }] });
    const promptId = crypto.randomUUID();
    let isAnswered = false;
    const abandon = new AbortController();
    const body = JSON.stringify({ prompt: freshGraph(), prompt_id: promptId });
    const lost = fetch(`${backend.url}/prompt`, { method: 'POST', body, signal: abandon.signal }).then(() => {
      isAnswered = true;
    });
    await expect.poll(() => client.get(`/history/${promptId}`)).not.toEqual({});
    expect(isAnswered).toBe(false);
    abandon.abort();
    await expect(lost).rejects.toThrow();
  });

  test('finishes without a word on the socket', async () => {
    await backend.control({ arm: [{ kind: 'silent' }] });
    const promptId = await client.post(freshGraph());
    await expect.poll(() => client.get(`/history/${promptId}`)).not.toEqual({});
    await client.socket.settle();
    const spoken = client.socket.frames.filter((frame) => JSON.stringify(frame).includes(promptId));
    expect(spoken).toEqual([]);
  });

  test('holds every message back until it is released', async () => {
    await backend.control({ sockets: 'stall' });
    const promptId = await client.post(freshGraph());
    await expect.poll(() => client.get(`/history/${promptId}`)).not.toEqual({});
    await client.socket.settle();
    expect(client.socket.frames.some((frame) => JSON.stringify(frame).includes(promptId))).toBe(false);
    await backend.control({ sockets: 'release' });
    expect((await client.finished(promptId)).status.status_str).toBe('success');
  });

  test('refuses an order it does not know, and says which', async () => {
    await expect(backend.control({ arm: [{ kind: 'meteor' }] })).rejects.toThrow(/kind/);
  });
});

describe('a server that goes away', () => {
  test.for(['stop', 'kill'] as const)(
    'drops its sockets with 1006 and remembers only files: %s',
    async (way) => {
      await using first = await startPreviewBackend({
        dataDirectory: join(backend.dataDirectory, `again-${way}`),
      });
      await using before = await connectBackend(first.url);
      const run = await before.run(freshGraph());
      const file = run.outputs['2']?.images?.[0];
      if (!file) throw new Error('nothing was saved');
      await first[way]();
      await before.socket.until(() => false);
      expect(before.socket.closeCode).toBe(1006);
      const port = Number(new URL(first.url).port);
      await using second = await startPreviewBackend({ dataDirectory: first.dataDirectory, port });
      await using after = await connectBackend(second.url);
      expect(await after.get('/history')).toEqual({});
      expect((await after.fetchFile(file)).length).toBeGreaterThan(0);
      const response = await after.send('/prompt', { prompt: freshGraph() });
      expect(await response.json()).toMatchObject({ number: 0 });
    },
  );

  test('dies after accepting a prompt, before answering', async () => {
    await using doomed = await startPreviewBackend();
    await doomed.control({ arm: [{ kind: 'accept-die' }] });
    await expect(
      fetch(`${doomed.url}/prompt`, { method: 'POST', body: JSON.stringify({ prompt: freshGraph() }) }),
    ).rejects.toThrow();
    expect(await doomed.ended).toBe(1);
  });

  test('forgets on order what a restart forgets, without restarting', async () => {
    await using other = await startPreviewBackend();
    await using visitor = await connectBackend(other.url);
    await visitor.run(freshGraph());
    await other.control({ forget: true });
    expect(await visitor.get('/history')).toEqual({});
    await visitor.socket.until(() => false);
    expect(visitor.socket.closeCode).toBe(1006);
  });
});

describe('one client that stops reading', () => {
  test('stalls the messages of all others until it is gone', async () => {
    await using other = await startPreviewBackend();
    const { hostname, port } = new URL(other.url);
    const deaf = connect({ host: hostname, port: Number(port) });
    deaf.write(
      `GET /ws?clientId=deaf HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    await once(deaf, 'data');
    deaf.pause();
    await using healthy = await connectBackend(other.url);
    // Its finished pictures come as frames too big for any socket's buffers.
    await healthy.upload('noise.png', await noisePicture());
    const load = { class_type: 'LoadImage', inputs: { image: 'noise.png' } };
    const repeat = { class_type: 'RepeatImageBatch', inputs: { image: ['1', 0], amount: 8 } };
    const prompt = {
      1: load,
      2: repeat,
      3: { class_type: 'SaveImageWebsocket', inputs: { images: ['2', 0] } },
    };
    await healthy.send('/prompt', { prompt, client_id: 'deaf', prompt_id: crypto.randomUUID() });
    const promptId = await healthy.post(freshGraph());
    await expect.poll(() => healthy.get(`/history/${promptId}`)).not.toEqual({});
    await healthy.socket.settle();
    expect(healthy.socket.frames.some((frame) => JSON.stringify(frame).includes(promptId))).toBe(false);
    deaf.destroy();
    expect((await healthy.finished(promptId)).status.status_str).toBe('success');
  });
});

async function noisePicture(): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
  return sharp({ create: { width: 1200, height: 1200, channels: 3, background: '#808080', noise } })
    .png()
    .toBuffer();
}

describe('while it works', () => {
  test('answers, and says what runs', async () => {
    await backend.control({ simulate: { secondsPerStep: 0.05 } });
    const promptId = await client.post(sampled('a slow fox', 200));
    await client.socket.until((frames) =>
      frames.some((frame) => frame.kind === 'state' && frame.value >= 2 && frame.promptId === promptId),
    );
    expect(await client.get('/queue')).toMatchObject({ queue_running: [expect.arrayContaining([promptId])] });
    await client.send('/interrupt', { prompt_id: promptId });
    expect((await client.finished(promptId)).status.completed).toBe(false);
  });

  test('keeps a seed beyond 2^53 to the last digit', async () => {
    const seed = 18_446_744_073_709_551_615n;
    const body = JSON.stringify({ prompt: sampled('a fox', 1, 0), prompt_id: crypto.randomUUID() }).replace(
      '"seed":0',
      `"seed":${seed}`,
    );
    const response = await fetch(`${backend.url}/prompt`, { method: 'POST', body });
    const { prompt_id: promptId } = (await response.json()) as { prompt_id: string };
    await expect.poll(() => client.get(`/history/${promptId}`)).not.toEqual({});
    const history = await (await fetch(`${backend.url}/history/${promptId}`)).text();
    expect(history).toContain(`"seed":${seed}`);
  });
});
