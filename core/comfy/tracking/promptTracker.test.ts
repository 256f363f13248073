import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { startReplayClient } from '../../testing/comfy/replayClient.ts';
import { isEnd, isText } from '../../testing/comfy/transcript.ts';
import type { ExecutionEvent } from '../comfy.ts';

const bothVersions = (name: string) => [name, `newer-${name}`];
const percents = (events: ExecutionEvent[]) =>
  events.flatMap((event) => (event.type === 'progress' ? [event.percent] : []));

test.each(bothVersions('txt2img-first-run'))(
  'an uncached execution starts once and never falls (%s)',
  async (name) => {
    await using replay = await startReplayClient(name);
    const run = replay.run();
    expect(await run.outcome).toMatchObject({
      kind: 'succeeded',
      outputs: [{ nodeId: '9', subfolder: '', type: 'output', media: 'image', isAnimated: false }],
    });
    expect(run.events.filter((event) => event.type === 'started')).toHaveLength(1);
    expect(run.events[0]).toEqual({ type: 'started' });
    const climbed = percents(run.events);
    expect(climbed).toEqual([...climbed].sort((a, b) => a - b));
    expect(climbed.at(-1)).toBe(100);
    expect(new Set(climbed).size).toBeGreaterThan(6);
    expect(run.events).toContainEqual(
      expect.objectContaining({ nodeId: '3', nodeType: 'KSampler', step: 3, steps: 4 }),
    );
  },
);

test.each(bothVersions('txt2img-first-run'))(
  'finishes on executing:null, not on execution_success (%s)',
  async (name) => {
    await using replay = await startReplayClient(name, { pollIntervalMs: 60_000 });
    const hold = replay.server.holdBefore(isEnd);
    const run = replay.run();
    let isSettled = false;
    run.outcome.finally(() => {
      isSettled = true;
    });
    await hold.reached;
    // A round trip on both connections: everything that execution_success set off would have arrived by then.
    await replay.client.queue();
    await expect.poll(() => percents(run.events).at(-1)).toBe(100);
    expect(isSettled).toBe(false);
    expect(replay.server.requests.filter((one) => one.path.startsWith('/history'))).toEqual([]);
    hold.release();
    expect((await run.outcome).kind).toBe('succeeded');
  },
);

test.each(bothVersions('txt2img-identical-run'))(
  'a fully cached execution is followed without progress (%s)',
  async (name) => {
    await using replay = await startReplayClient(name);
    replay.server.nextEpisode(1);
    const run = replay.run(replay.server.episodes[1]?.graph);
    expect((await run.outcome).kind).toBe('succeeded');
    expect(run.events[0]).toEqual({ type: 'started' });
    expect(percents(run.events)[0]).toBe(99);
    expect(percents(run.events).at(-1)).toBe(100);
  },
);

test.each([...bothVersions('txt2img-first-run'), ...bothVersions('txt2img-identical-run')])(
  'a node names its files as the history does later (%s)',
  async (name) => {
    await using replay = await startReplayClient(name);
    const run = replay.run();
    const outcome = await run.outcome;
    if (outcome.kind !== 'succeeded') throw new Error(outcome.kind);
    expect(run.events).toContainEqual({ type: 'output', files: outcome.outputs });
  },
);

test('tiles and two samplers make one rising percentage', async () => {
  await using replay = await startReplayClient('upscale');
  for (const _ of replay.server.episodes) {
    const run = replay.run();
    expect((await run.outcome).kind).toBe('succeeded');
    const climbed = percents(run.events);
    expect(climbed).toEqual([...climbed].sort((a, b) => a - b));
    expect(climbed.filter((percent) => percent === 100)).toHaveLength(1);
  }
});

test.each(bothVersions('txt2img-preview-metadata'))(
  'shows the previews of its own prompt (%s)',
  async (name) => {
    await using replay = await startReplayClient(name);
    const run = replay.run();
    await run.outcome;
    const previews = run.events.filter((event) => event.type === 'preview');
    expect(previews).toHaveLength(4);
    for (const preview of previews) {
      expect(preview).toMatchObject({ nodeId: '3', mime: 'image/jpeg' });
      expect(preview.bytes.byteLength).toBeGreaterThan(40_000);
    }
  },
);

test.each(bothVersions('no-client-id-broadcast'))(
  'drops broadcast messages and previews of other prompts (%s)',
  async (name) => {
    await using replay = await startReplayClient(name);
    const promptId = randomUUID();
    const events: ExecutionEvent[] = [];
    const graph = { 3: { class_type: 'KSampler', inputs: { steps: 3 } } };
    const aborting = new AbortController();
    const outcome = replay.client.follow({ promptId, graph }, (event) => events.push(event), aborting.signal);
    for (const episode of replay.server.episodes) {
      for (const frame of episode.frames) {
        replay.server.broadcast(
          frame.kind === 'binary' ? frame.bytes : JSON.stringify({ type: frame.type, data: frame.data }),
        );
      }
    }
    // The last frame is our own: when it has come, all the others have.
    replay.server.broadcast(JSON.stringify({ type: 'execution_start', data: { prompt_id: promptId } }));
    await expect.poll(() => events.length).toBeGreaterThan(0);
    expect(events).toEqual([{ type: 'started' }]);
    aborting.abort();
    await expect(outcome).rejects.toBe(aborting.signal.reason);
  },
);

test.each(bothVersions('save-image-websocket'))(
  'a final image is no preview and no output (%s)',
  async (name) => {
    await using replay = await startReplayClient(name);
    replay.server.nextEpisode(1);
    const run = replay.run(replay.server.episodes[1]?.graph);
    expect(await run.outcome).toMatchObject({ kind: 'failed', failure: { reason: 'no-output' } });
    expect(run.events.filter((event) => event.type === 'preview')).toEqual([]);
  },
);

test('takes videos under images, by their extension', async () => {
  await using replay = await startReplayClient('video-savers');
  const outcome = await replay.run().outcome;
  if (outcome.kind !== 'succeeded') throw new Error(outcome.kind);
  const kinds = outcome.outputs.map(({ filename, media, isAnimated }) => ({
    extension: filename.split('.').at(-1),
    media,
    isAnimated,
  }));
  expect(kinds).toEqual(
    expect.arrayContaining([
      { extension: 'webp', media: 'image', isAnimated: true },
      { extension: 'png', media: 'image', isAnimated: true },
      { extension: 'webm', media: 'video', isAnimated: true },
      { extension: 'mp4', media: 'video', isAnimated: true },
    ]),
  );
});

test('takes files under any key that a node chose', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const promptId = randomUUID();
  const gifs = [
    { filename: 'a.mp4', subfolder: 's', type: 'output', format: 'video/h264-mp4' },
    { text: 'x' },
    7,
  ];
  replay.server.intercept(() => ({
    json: { [promptId]: { outputs: { 5: { gifs, text: ['a'], animated: null } } } },
  }));
  expect((await replay.client.history(promptId))?.outputs).toEqual([
    { nodeId: '5', filename: 'a.mp4', subfolder: 's', type: 'output', media: 'video', isAnimated: true },
    expect.objectContaining({ nodeId: '5', media: 'text', text: 'a' }),
  ]);
});

test('faults of request, models and memory differ, without the server’s internals', async () => {
  await using replay = await startReplayClient('execution-errors');
  const outcomes = [];
  for (const _ of replay.server.episodes) outcomes.push(await replay.run().outcome);
  expect(outcomes.map((one) => (one.kind === 'failed' ? one.failure.reason : one.kind))).toEqual([
    'request',
    'models-clash',
    'models-clash',
    'out-of-memory',
    'request',
    'succeeded',
  ]);
  expect(outcomes[0]).toMatchObject({ failure: { nodeId: '1', nodeType: 'LoadImage' } });
  for (const outcome of outcomes.slice(0, 5)) {
    expect(JSON.stringify(outcome)).not.toMatch(/comfyui>|<data>|Traceback|tensor|0x/);
    expect(JSON.stringify(outcome).length).toBeLessThan(500);
  }
});

test('an interrupted execution is interrupted, though its history says error', async () => {
  await using replay = await startReplayClient('interrupt-running');
  const index = replay.server.episodes.findIndex((one) => one.frames.some(isText('execution_interrupted')));
  replay.server.nextEpisode(index);
  const run = replay.run(replay.server.episodes[index]?.graph);
  await run.posted;
  await expect.poll(() => run.events.length).toBeGreaterThan(3);
  await replay.client.cancel(run.promptId);
  expect(await run.outcome).toEqual({ kind: 'interrupted' });
  const interruption = await replay.server.seen('POST', '/interrupt');
  expect(JSON.parse(interruption.body.toString())).toEqual({ prompt_id: run.promptId });
});

test('cancels by the jobs API alone where it exists', async () => {
  await using replay = await startReplayClient('newer-jobs-api');
  const index = replay.server.episodes.findIndex((one) => one.frames.some(isText('execution_interrupted')));
  replay.server.nextEpisode(index);
  const run = replay.run(replay.server.episodes[index]?.graph);
  await run.posted;
  await replay.client.cancel(run.promptId);
  expect(await run.outcome).toEqual({ kind: 'interrupted' });
  expect(
    replay.server.requests.filter((one) => one.path === '/interrupt' || one.method === 'POST'),
  ).toHaveLength(2);
});

test('cancels the old way where the jobs API refuses', async () => {
  await using replay = await startReplayClient('newer-jobs-api');
  replay.server.intercept((one) => (one.path.endsWith('/cancel') ? { status: 404, json: {} } : undefined));
  const promptId = randomUUID();
  await replay.client.cancel(promptId);
  await replay.server.seen('POST', '/queue');
  await replay.server.seen('POST', '/interrupt');
});

test('a listener that throws does not end the reading', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const promptId = randomUUID();
  const graph = replay.server.episodes[0]?.graph ?? {};
  let calls = 0;
  const outcome = replay.client.follow({ promptId, graph }, () => {
    calls += 1;
    throw new Error('the listener is broken');
  });
  await replay.client.post(promptId, graph);
  expect((await outcome).kind).toBe('succeeded');
  expect(calls).toBeGreaterThan(5);
  expect(replay.logged).toContainEqual(expect.objectContaining({ msg: 'a listener of an execution threw' }));
});

test('garbage on the socket changes nothing', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const hold = replay.server.holdBefore(isText('execution_success'));
  const run = replay.run();
  await hold.reached;
  const odd = ['', '{', 'null', '[]', '{"type":"executing"}', '{"type":"executed","data":{"prompt_id":7}}'];
  for (const frame of [
    ...odd,
    Buffer.alloc(0),
    Buffer.from([0, 0, 0, 4, 255, 255, 255, 255]),
    Buffer.alloc(90_000),
  ]) {
    replay.server.broadcast(frame);
  }
  hold.release();
  expect((await run.outcome).kind).toBe('succeeded');
  expect(replay.server.clientIds).toHaveLength(1);
});

test('ends every follow when the client is closed', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const follow = replay.client.follow({ promptId: randomUUID(), graph: {} }, () => undefined);
  const rejected = expect(follow).rejects.toMatchObject({ name: 'AbortError' });
  await replay.client.close();
  await rejected;
});
