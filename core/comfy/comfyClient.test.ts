import { randomUUID } from 'node:crypto';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { startReplayClient } from '../testing/comfy/replayClient.ts';
import type { OutputFile } from './comfy.ts';

const bothVersions = (name: string) => [name, `newer-${name}`];

function bodyOf(request: { body: Buffer }): Record<string, unknown> {
  return JSON.parse(request.body.toString());
}

test.each(bothVersions('free-and-system-stats'))('reads version, memory and limits (%s)', async (name) => {
  await using replay = await startReplayClient(name);
  replay.server.intercept((request) =>
    request.path === '/features' ? { json: { max_upload_size: 10485760.5 } } : undefined,
  );
  const facts = await replay.client.probe();
  expect(facts).toMatchObject({
    version: name.startsWith('newer') ? '0.33.0' : '0.3.64',
    maxUploadBytes: 10485760,
    hasJobsApi: name.startsWith('newer'),
  });
  expect(facts.ramTotalBytes).toBeGreaterThan(1e9);
  expect(facts.devices[0]).toMatchObject({ type: 'cpu', vramTotalBytes: facts.ramTotalBytes });
});

test('a probe of a silent server fails with `timed-out`', async () => {
  await using replay = await startReplayClient('txt2img-first-run', { lookTimeoutMs: 50 });
  replay.server.intercept(() => ({ hang: true }));
  await expect(replay.client.probe()).rejects.toMatchObject({ name: 'ComfyFault', kind: 'timed-out' });
});

test('reads the inventory', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  replay.server.intercept((request) =>
    request.path === '/object_info' ? { json: { SaveImage: { output_node: true } } } : undefined,
  );
  expect((await replay.client.inventory()).classes).toEqual({
    SaveImage: { isOutput: true, outputs: [], inputs: {}, order: [] },
  });
});

test('sorts the pending prompts into their running order', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const item = (number: number, promptId: string) => [number, promptId, {}, { client_id: 'c' }, []];
  const pending = [item(4, 'b'), item(9, 'c'), item(-3, 'z'), item(4, 'a'), item(10, 'd')];
  replay.server.intercept(() => ({ json: { queue_running: [item(1, 'r')], queue_pending: pending } }));
  const queue = await replay.client.queue();
  expect(queue.running).toEqual([{ number: 1, promptId: 'r', clientId: 'c' }]);
  expect(queue.pending.map((one) => one.promptId)).toEqual(['z', 'a', 'b', 'c', 'd']);
});

test('an answer that is not ComfyUI’s is malformed, not an empty queue', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  for (const answer of [{ json: [] }, { json: { queue_running: 1 } }, { text: '<html>a proxy</html>' }]) {
    replay.server.intercept(() => answer);
    await expect(replay.client.queue()).rejects.toMatchObject({ kind: 'malformed' });
    await expect(replay.client.locate(randomUUID())).rejects.toMatchObject({ kind: 'malformed' });
  }
});

test('locates in the queue first and in the history second', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  expect(await replay.client.locate(randomUUID())).toBe('absent');
  expect(replay.server.requests.map((one) => one.path.replace(/[0-9a-f-]{36}/, 'id'))).toEqual([
    '/queue',
    '/history/id',
  ]);
});

test("a client's socket and POSTs share its own id", async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const run = replay.run();
  expect(await run.posted).toEqual({ kind: 'accepted' });
  await run.outcome;
  const body = bodyOf(await replay.server.seen('POST', '/prompt'));
  expect(body.client_id).toBe(replay.server.clientIds[0]);
  expect(body.client_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(body.prompt_id).toBe(run.promptId);
  // Never a number, which can kill the server's worker, nor null where an object is wanted.
  expect(Object.keys(body).sort()).toEqual(['client_id', 'prompt', 'prompt_id']);
});

test('sends no Origin, by HTTP or by the socket', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  await replay.run().outcome;
  for (const request of replay.server.requests) {
    expect(request.headers.origin).toBeUndefined();
    expect(request.headers['sec-fetch-site']).toBeUndefined();
  }
  expect(replay.server.handshakes[0]?.origin).toBeUndefined();
});

test.each(bothVersions('validation-errors'))(
  'a 200 with node_errors is refused, and its prompt deleted (%s)',
  async (name) => {
    await using replay = await startReplayClient(name);
    const index = replay.server.episodes.findIndex((one) => one.status === 200);
    replay.server.nextEpisode(index);
    const run = replay.run(replay.server.episodes[index]?.graph);
    const result = await run.posted;
    expect(result).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'backend', errors: [{ nodeId: '3', classType: 'LoadImage', input: 'image' }] },
    });
    expect(await run.outcome).toEqual({ ...result });
    if (name.startsWith('newer')) {
      await replay.server.seen('POST', `/api/jobs/${run.promptId}/cancel`);
    } else {
      expect(bodyOf(await replay.server.seen('POST', '/queue'))).toEqual({ delete: [run.promptId] });
      expect(bodyOf(await replay.server.seen('POST', '/interrupt'))).toEqual({ prompt_id: run.promptId });
    }
  },
);

test('asks for previews of a prompt that somebody may watch, and of no other', async () => {
  await using replay = await startReplayClient('bad-graph-cycle');
  const asked = { extra_data: { preview_method: 'latent2rgb' } };
  await replay.client.post(randomUUID(), {});
  expect(bodyOf(await replay.server.seen('POST', '/prompt'))).not.toHaveProperty('extra_data');
  await replay.client.post(randomUUID(), {}, { withPreviews: true });
  expect(bodyOf(await replay.server.seen('POST', '/prompt', 2))).toMatchObject(asked);
});

test.each(bothVersions('validation-errors'))(
  'sums up every refusal without paths or lists (%s)',
  async (name) => {
    await using replay = await startReplayClient(name);
    const refusals: Record<string, string> = {};
    for (const [index, episode] of replay.server.episodes.entries()) {
      if (episode.status !== 400) continue;
      replay.server.nextEpisode(index);
      const result = await replay.client.post(randomUUID(), {});
      if (result.kind !== 'refused') throw new Error(`episode ${index} was not refused`);
      const { reason, summary } = result.refusal;
      expect(summary).not.toMatch(/comfyui>|\.safetensors|Traceback|line \d/);
      refusals[summary] = reason;
    }
    expect(refusals).toMatchObject({
      'prompt_outputs_failed_validation: Prompt outputs failed validation; KSampler 3.seed: required_input_missing':
        'request',
      'prompt_outputs_failed_validation: Prompt outputs failed validation; CheckpointLoaderSimple 4.ckpt_name: value_not_in_list':
        'backend',
      'prompt_no_outputs: Prompt has no outputs': 'request',
    });
    // An unknown class: another server may have it.
    expect(Object.values(refusals)[0]).toBe('backend');
  },
);

test.each(bothVersions('bad-graph-cycle'))('a cycle is the request’s fault (%s)', async (name) => {
  await using replay = await startReplayClient(name);
  expect(await replay.client.post(randomUUID(), {})).toMatchObject({
    kind: 'refused',
    refusal: { reason: 'request' },
  });
});

test('a refusal in a proxy’s words is the backend’s fault', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  replay.server.intercept((one) => (one.path === '/prompt' ? { status: 413, text: 'too large' } : undefined));
  expect(await replay.client.post(randomUUID(), {})).toEqual({
    kind: 'refused',
    refusal: { reason: 'backend', summary: 'HTTP 413', errors: [] },
  });
});

test('a 500 differs from a cut connection, and nothing is posted twice', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const answers = [
    [{ status: 500, text: 'in trouble' }, 'garbled'],
    [{ json: { ok: true } }, 'garbled'],
    [{ cut: 'ignored' }, 'unknown'],
  ] as const;
  for (const [answer, kind] of answers) {
    replay.server.intercept((request) => (request.path === '/prompt' ? answer : undefined));
    expect(await replay.client.post(randomUUID(), {})).toEqual({ kind });
  }
  expect(replay.server.requests.filter((one) => one.path === '/prompt')).toHaveLength(answers.length);
});

test('refuses a server that chooses promptIds, and deletes its prompt', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const other = randomUUID();
  replay.server.intercept((request) =>
    request.path === '/prompt' ? { json: { prompt_id: other, number: 0, node_errors: {} } } : undefined,
  );
  expect(await replay.client.post(randomUUID(), {})).toMatchObject({
    kind: 'refused',
    refusal: { reason: 'backend' },
  });
  expect(bodyOf(await replay.server.seen('POST', '/queue'))).toEqual({ delete: [other] });
});

test('an interrupt always carries a lower-case UUID', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  for (const promptId of ['', 'None', 'null', randomUUID().toUpperCase(), `${randomUUID()}/..`]) {
    await expect(replay.client.cancel(promptId)).rejects.toThrow('invariant');
    await expect(replay.client.post(promptId, {})).rejects.toThrow('invariant');
    await expect(replay.client.history(promptId)).rejects.toThrow('invariant');
  }
  expect(replay.server.requests).toEqual([]);
});

test('uses the name that the server returned, as LoadImage writes it', async () => {
  await using replay = await startReplayClient('upload-image-semantics');
  const image = { bytes: new Uint8Array([1, 2, 3]), name: `${'a'.repeat(64)}.png` };
  const names: string[] = [];
  for (let upload = 0; upload < 7; upload += 1) names.push(await replay.client.upload(image));
  expect(names).toEqual([
    'up_7d78b7.png',
    'up_7d78b7.png',
    'up_7d78b7 (1).png',
    'up_7d78b7 (1).png',
    'up_7d78b7.png',
    'jobs/42/up_7d78b7.png',
    'up_7d78b7.png [temp]',
  ]);
  const sent = (await replay.server.seen('POST', '/upload/image')).body.toString('latin1');
  expect(sent).toContain(`name="image"; filename="${image.name}"`);
  expect(sent).not.toContain('overwrite');
});

test('tells an upload over the limit from a refused one', async () => {
  await using replay = await startReplayClient('upload-image-semantics');
  const image = { bytes: new Blob(['x']), name: 'a.png' };
  replay.server.intercept(() => ({ status: 413, text: 'too large' }));
  await expect(replay.client.upload(image)).rejects.toMatchObject({ kind: 'too-large', status: 413 });
  replay.server.intercept(() => ({ status: 400, text: '' }));
  await expect(replay.client.upload(image)).rejects.toMatchObject({ kind: 'refused', status: 400 });
  await expect(replay.client.upload({ ...image, name: '../a.png' })).rejects.toThrow('invariant');
});

const file: OutputFile = {
  nodeId: '9',
  filename: 'a&b #1?.png',
  subfolder: 'x/ä y',
  type: 'temp',
  media: 'image',
  isAnimated: false,
};

test('names an output by all three parameters, encoded', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  replay.server.intercept(() => ({ text: 'bytes' }));
  const { stream, bytes } = await replay.client.fetchOutput(file, { maxBytes: 5 });
  expect(bytes).toBe(5);
  expect(await text(stream)).toBe('bytes');
  const { searchParams } = new URL(replay.server.requests[0]?.path ?? '', 'http://x');
  expect(Object.fromEntries(searchParams)).toEqual({
    filename: file.filename,
    subfolder: file.subfolder,
    type: 'temp',
  });
});

test('a file above the limit is refused, with or without its length', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  replay.server.intercept(() => ({ text: 'x'.repeat(100) }));
  await expect(replay.client.fetchOutput(file, { maxBytes: 99 })).rejects.toMatchObject({
    kind: 'too-large',
  });
  replay.server.intercept(() => ({ text: 'x'.repeat(100_000), isChunked: true }));
  const { stream, bytes } = await replay.client.fetchOutput(file, { maxBytes: 99_999 });
  expect(bytes).toBeUndefined();
  await expect(buffer(stream)).rejects.toMatchObject({ kind: 'too-large' });
});

test('a file gone after a cached execution differs from other failures', async () => {
  await using replay = await startReplayClient('txt2img-cached-but-file-gone');
  await replay.run().outcome;
  const cached = await replay.run().outcome;
  if (cached.kind !== 'succeeded') throw new Error('the cached execution should succeed');
  const [output] = cached.outputs;
  if (!output) throw new Error('the cached execution names its file');
  await expect(replay.client.fetchOutput(output, { maxBytes: 1e6 })).rejects.toMatchObject({
    kind: 'file-gone',
  });
  replay.server.intercept(() => ({ status: 500, text: '' }));
  await expect(replay.client.fetchOutput(output, { maxBytes: 1e6 })).rejects.toMatchObject({
    kind: 'refused',
  });
});

test('asks for free memory in the server’s words', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  await replay.client.free();
  expect(bodyOf(await replay.server.seen('POST', '/free'))).toEqual({
    unload_models: true,
    free_memory: true,
  });
});

test('says where it cannot connect, and can be asked again', async () => {
  const replay = await startReplayClient('txt2img-first-run');
  await replay.client.close();
  await replay.server.stop();
  await expect(replay.client.connect()).rejects.toMatchObject({ kind: 'unreachable' });
  await expect(replay.client.connect()).rejects.toMatchObject({ kind: 'unreachable' });
  await expect(replay.client.queue()).rejects.toMatchObject({ kind: 'unreachable' });
});
