import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Asset } from '../../../ground/db/models/asset.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { addWorkflow } from '../../../library/workflows/storeWorkflow.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { createDispatchSetup, type RunningDispatcher } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';

const setup = fixture(createDispatchSetup);
let backend: PreviewBackendProcess;
let dispatcher: RunningDispatcher | undefined;

beforeAll(async () => {
  backend = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
});
afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await backend?.stop();
});

async function add(version: number): Promise<void> {
  const rules = { builtinNames: new Set(builtinWorkflows.map(({ name }) => name)) };
  await addWorkflow({ ...setup, clock: systemClock }, rules, null, sampleTextManifest('ink', version));
  await setup.catalogue.refresh();
}

const submit = () => setup.submit('ink', { prompt: 'a harbour', steps: 2 });

test('a dispatcher runs new workflows and tasks of inactive versions', async () => {
  dispatcher = await setup.start();
  await setup.addBackend(backend.url);
  await add(1);
  const first = await submit();
  await setup.reached(first.id, 'succeeded', 'failed');
  await dispatcher[Symbol.asyncDispose]();

  const second = await submit();
  await add(2);
  const third = await submit();
  expect([second, third].map(({ workflowVersion }) => workflowVersion)).toEqual([1, 2]);
  // This dispatcher has never seen version 1 active.
  dispatcher = await setup.start();
  for (const { id, workflowVersion } of [first, second, third]) {
    const done = await setup.reached(id, 'succeeded', 'failed');
    expect(done).toMatchObject({ status: 'succeeded', workflowVersion, failures: 0 });
    expect(await Asset.query(setup.database).where({ taskId: id })).toMatchObject([
      { width: 512, height: 512 },
    ]);
  }
  await expectSettled(setup.database);
});

test('a tune with its waveform, a body with its picture and words reach their person as results', async () => {
  const image = await setup.uploadPicture(64, 48);
  const made = async (workflow: string, params: object) => {
    const { id } = await setup.submit(workflow, params);
    await setup.reached(id, 'succeeded', 'failed');
    const [asset] = await Asset.query(setup.database).where({ taskId: id });
    expect(asset, workflow).toMatchObject({ width: 0, height: 0, nodeId: null });
    return asset;
  };
  const tune = await made('ace-step', { prompt: 'calm piano', seconds: 5, steps: 1 });
  expect(tune).toMatchObject({ mime: 'audio/mpeg', soundCodec: 'mp3', soundChannels: 2 });
  expect(Math.round((tune?.durationMs ?? 0) / 1_000)).toBe(5);
  expect(Buffer.from(tune?.waveform ?? '', 'base64').length).toBeGreaterThan(40);
  const body = await made('hunyuan3d', { image, steps: 1 });
  expect(body).toMatchObject({ mime: 'model/gltf-binary', thumbnailKey: `thumbnails/${body?.id}.webp` });
  expect(await setup.storage.stat(body?.thumbnailKey ?? '')).toMatchObject({ mime: 'image/webp' });
  const words = await made('describe', { image });
  for (const unseen of [tune, words])
    expect(unseen).toMatchObject({ thumbnailKey: null, thumbnailTries: null });
  expect(words).toMatchObject({ mime: 'text/plain', text: expect.stringContaining('picture') });
  expect(await made('expand-prompt', { prompt: 'a lighthouse' })).toMatchObject({
    text: expect.stringMatching(/^a lighthouse, /),
  });
  await expectSettled(setup.database);
});
