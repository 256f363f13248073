import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveChannel } from '../../../ground/redis/redisKeys.ts';
import { createSubscriber } from '../../../ground/redis/subscriber.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import {
  createDispatchSetup,
  eventually,
  type RunningDispatcher,
} from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import type { Progress } from '../../events/event.ts';
import { parseLiveMessage } from '../../events/liveMessage.ts';

const setup = fixture(createDispatchSetup);
let backend: PreviewBackendProcess;
let dispatcher: RunningDispatcher;

beforeAll(async () => {
  backend = await startPreviewBackend({
    flags: ['--grainy-previews', '--seconds-per-step', '0.8', '--threads', '1'],
  });
  // It stays half way, however late that is seen.
  await backend.control({ arm: [{ kind: 'hold', step: 5, times: 'always' }] });
  dispatcher = await setup.start();
  await setup.addBackend(backend.url);
});

afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await backend?.stop();
});

test('previews reach the watcher within 64 KB, steps with their expected end', async () => {
  const subscriber = createSubscriber({ url: setup.redisUrl });
  const previews: Buffer[] = [];
  const steps: Progress[] = [];
  await subscriber.subscribe(liveChannel(setup.prefix, { kind: 'user', id: setup.userId }), (text) => {
    const message = parseLiveMessage(text);
    const progress: Partial<Progress> = message ? JSON.parse(message.json).data : {};
    const { preview, step, percent } = progress;
    if (preview) previews.push(Buffer.from(preview.base64, 'base64'));
    if (step !== undefined && percent !== undefined) steps.push({ ...progress, percent });
  });
  const task = await setup.submit('text2img', {
    prompt: 'a lighthouse',
    width: 512,
    height: 512,
    steps: 8,
  });
  await eventually(() => {
    expect(previews.length).toBeGreaterThan(1);
    expect(steps.length).toBeGreaterThan(1);
  });
  const halfway = [...steps];
  await backend.control({ disarm: ['hold'], simulate: { secondsPerStep: 0 } });
  await setup.reached(task.id, 'succeeded');
  subscriber.close();
  expect(halfway.filter(({ etaSeconds = 0 }) => etaSeconds < 1)).toEqual([]);
  for (const preview of previews) expect(preview.length).toBeLessThanOrEqual(64 * 1024);
});
