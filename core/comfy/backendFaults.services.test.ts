import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Graph } from '@star-graph/workflows/graph/graph';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../ground/runtime/clock.ts';
import { type PreviewBackendProcess, startPreviewBackend } from '../testing/comfy/startPreviewBackend.ts';
import type { ComfyClient, ExecutionEvent } from './comfy.ts';
import { createComfyClient } from './comfyClient.ts';

/** Faults that no recording holds, made by a preview backend. Each test leaves an idle server behind. */
let backend: PreviewBackendProcess;
let client: ComfyClient;

const drawing = (): Graph => ({
  '1': {
    class_type: 'EmptyImage',
    inputs: { width: 16, height: 16, batch_size: 1, color: Date.now() % 1e7 },
  },
  '2': { class_type: 'SaveImage', inputs: { filename_prefix: randomUUID(), images: ['1', 0] } },
});

const connectClient = async () => {
  client = createComfyClient(
    { clock: systemClock, logger: pino({ level: 'silent' }) },
    {
      url: backend.url,
      // A server that answers does so within these, on a busy machine too.
      httpTimeoutMs: 3_000,
      pollIntervalMs: 50,
      lookTimeoutMs: 3_000,
      forgottenAfterMs: 100,
      unreachableAfterMs: 500,
    },
  );
  await client.connect();
};

beforeAll(async () => {
  backend = await startPreviewBackend();
  await connectClient();
});
beforeEach(() => backend.control({ disarm: 'all', sockets: 'release' }));
afterAll(async () => {
  await client?.close();
  await backend?.stop();
});

function execute(graph: Graph) {
  const promptId = randomUUID();
  const events: ExecutionEvent[] = [];
  const outcome = client.follow({ promptId, graph }, (event) => events.push(event));
  return { promptId, events, outcome, posted: client.post(promptId, graph) };
}

async function countRuns(promptId: string): Promise<number> {
  const { runs } = await backend.control({});
  return (runs as string[]).filter((one) => one === promptId).length;
}

test('collects a prompt that was queued and never answered', async () => {
  await backend.control({ arm: [{ kind: 'accept-hang' }] });
  const run = execute(drawing());
  expect(await run.posted).toEqual({ kind: 'unknown' });
  expect((await run.outcome).kind).toBe('succeeded');
  expect(await countRuns(run.promptId)).toBe(1);
});

test.each([{ kind: 'http-status', status: 500 }, { kind: 'http-garbage' }])(
  'a prompt that met $kind is forgotten, and never posted again',
  async (fault) => {
    await backend.control({ arm: [{ ...fault, path: '/prompt' }] });
    const run = execute(drawing());
    expect(await run.posted).toEqual({ kind: 'garbled' });
    expect(await run.outcome).toEqual({ kind: 'forgotten' });
    expect(await countRuns(run.promptId)).toBe(0);
  },
);

test('collects an execution of which the socket said nothing', async () => {
  await backend.control({ arm: [{ kind: 'silent' }] });
  expect((await execute(drawing()).outcome).kind).toBe('succeeded');
});

test('survives polls that fail or answer with garbage', async () => {
  await backend.control({
    arm: [
      { kind: 'silent' },
      { kind: 'http-status', status: 500, path: '/queue', times: 2 },
      { kind: 'http-garbage', path: '/queue' },
    ],
  });
  expect((await execute(drawing()).outcome).kind).toBe('succeeded');
  expect((await backend.control({})).armed).toEqual([]);
});

test('lack of memory and a broken node differ; the server works on', async () => {
  await backend.control({ arm: [{ kind: 'out-of-memory' }] });
  expect(await execute(drawing()).outcome).toMatchObject({ failure: { reason: 'out-of-memory' } });
  await backend.control({ arm: [{ kind: 'node-error', message: 'broke at /srv/comfy/nodes.py' }] });
  expect(await execute(drawing()).outcome).toMatchObject({
    failure: { reason: 'node-error', message: 'broke at …' },
  });
  expect((await execute(drawing()).outcome).kind).toBe('succeeded');
});

test('fails a download that is cut in the middle', async () => {
  const outcome = await execute(drawing()).outcome;
  if (outcome.kind !== 'succeeded' || !outcome.outputs[0]) throw new Error(outcome.kind);
  await backend.control({ arm: [{ kind: 'http-truncate', path: '/view' }] });
  const { stream } = await client.fetchOutput(outcome.outputs[0], { maxBytes: 1e6 });
  await expect(buffer(stream)).rejects.toMatchObject({ kind: 'unreachable' });
});

test('a crash in a node is unreachable until the restart', async () => {
  const { dataDirectory, url } = backend;
  await backend.control({ arm: [{ kind: 'crash' }] });
  expect(await execute(drawing()).outcome).toEqual({ kind: 'unreachable' });
  await backend.kill();
  backend = await startPreviewBackend({ dataDirectory, port: Number(new URL(url).port) });
  expect((await execute(drawing()).outcome).kind).toBe('succeeded');
});
