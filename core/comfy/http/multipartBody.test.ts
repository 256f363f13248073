import { expect, test } from 'vitest';
import { startReplayClient } from '../../testing/comfy/replayClient.ts';

test('an upload aborted before it is sent fails only there', async () => {
  await using replay = await startReplayClient('upload-image-semantics');
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const reason = new Error('the owner left the backend');
  const image = { bytes: new Uint8Array([1, 2, 3]), name: `${'a'.repeat(64)}.png` };
  for (let upload = 0; upload < 20; upload += 1)
    await expect(replay.client.upload(image, AbortSignal.abort(reason))).rejects.toBe(reason);
  // The same upload without an abort: it ends after any work that the others left pending.
  await replay.client.upload(image);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
