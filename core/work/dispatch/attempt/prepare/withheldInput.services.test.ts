import { expect, test } from 'vitest';
import { Attempt } from '../../../../ground/db/models/backend.ts';
import { systemClock } from '../../../../ground/runtime/clock.ts';
import { quarantineAsset } from '../../../../people/safety/quarantine.ts';
import { startPreviewBackend } from '../../../../testing/comfy/startPreviewBackend.ts';
import { createUser } from '../../../../testing/db/factories.ts';
import { createDispatchSetup } from '../../../../testing/dispatch/dispatchSetup.ts';

test('a task fails before a GPU gets an input withheld since', async () => {
  await using setup = await createDispatchSetup();
  await using backend = await startPreviewBackend({ flags: ['--instant'] });
  const first = await setup.start();
  await setup.addBackend(backend.url);
  await first[Symbol.asyncDispose]();
  const image = await setup.uploadPicture(64, 64);
  const { id } = await setup.submit('upscale', { image });
  const { database } = setup;
  const moderator = { id: (await createUser(database)).id, serviceKey: null };
  const grounds = { reason: 'other', note: null, version: 0 } as const;
  await quarantineAsset({ database, clock: systemClock }, moderator, image, grounds);
  await using _second = await setup.start();
  expect(await setup.reached(id, 'failed', 'succeeded')).toMatchObject({
    error: { code: 'content-refused' },
  });
  expect(await (await fetch(`${backend.url}/history`)).json()).toEqual({});
  expect(await Attempt.query(database).where({ taskId: id })).toHaveLength(1);
});
