import { beforeAll, expect, test } from 'vitest';
import { Asset } from '../../../ground/db/models/asset.ts';
import { Attempt } from '../../../ground/db/models/backend.ts';
import { AuditRecord } from '../../../ground/db/models/operation.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import { Quarantine } from '../../../ground/db/models/quarantine.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import type { Inspector, Verdict } from '../../../people/safety/inspector.ts';
import { inspectUnchecked } from '../../../people/safety/inspectUnchecked.ts';
import { quarantineAsset } from '../../../people/safety/quarantine.ts';
import { startPreviewBackend } from '../../../testing/comfy/startPreviewBackend.ts';
import { createUser } from '../../../testing/db/factories.ts';
import { createDispatchSetup } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { findTasksWithOutputs } from '../../tasks/findTasks.ts';

const saying = (next: () => Verdict): Inspector => ({
  inspectFile: async () => next(),
  inspectObject: async () => next(),
  close: async () => undefined,
});
const bad = { kind: 'withheld', reason: 'sexual', scores: { porn: 0.97 } } as const;
const unchecked = { kind: 'withheld', reason: 'unchecked', scores: null } as const;
const clear = { kind: 'clear' } as const;

const setup = fixture(createDispatchSetup);
const backend = fixture(() => startPreviewBackend({ flags: ['--instant'] }));

/** Known from a dispatcher before. */
beforeAll(async () => {
  await using _dispatcher = await setup.start();
  await setup.addBackend(backend.url);
});

// Before any run: the server's history is empty then.
test('a task fails before a GPU gets an input withheld since', async () => {
  const image = await setup.uploadPicture(64, 64);
  const { id } = await setup.submit('upscale', { image });
  const { database } = setup;
  const moderator = { id: (await createUser(database)).id, serviceKey: null };
  const grounds = { reason: 'other', note: null, version: 0 } as const;
  await quarantineAsset({ database, clock: systemClock }, moderator, image, grounds);
  await using _dispatcher = await setup.start();
  expect(await setup.reached(id, 'failed', 'succeeded')).toMatchObject({
    error: { code: 'content-refused' },
  });
  expect(await (await fetch(`${backend.url}/history`)).json()).toEqual({});
  expect(await Attempt.query(database).where({ taskId: id })).toHaveLength(1);
});

test('a result is withheld with its task, never shown before', async () => {
  let verdict: Verdict = bad;
  await using _dispatcher = await setup.start({ inspector: saying(() => verdict) });
  const { database } = setup;
  const draw = async (next: Verdict) => {
    verdict = next;
    const values = { prompt: 'a lighthouse', width: 256, height: 256, steps: 1 };
    const { id } = await setup.submit('text2img', values);
    await setup.reached(id, 'succeeded');
    const asset = await Asset.query(database).findOne({ taskId: id }).throwIfNotFound();
    const [found] = await findTasksWithOutputs(database, [id]);
    const row = await Quarantine.query(database).findOne({ assetId: asset.id });
    return { asset, row, outputs: found?.outputs.length, withheld: found?.withheld };
  };
  const found = await draw(bad);
  expect(found).toMatchObject({ outputs: 0, withheld: 1 });
  expect(found.row).toMatchObject({
    state: 'quarantined',
    reason: 'sexual',
    source: 'classifier',
    scores: bad.scores,
  });
  expect(await draw({ ...bad, kind: 'noted' })).toMatchObject({ outputs: 1, row: { state: 'released' } });
  expect(await draw(clear)).toMatchObject({ outputs: 1, row: undefined });
  expect(await OutboxEvent.query(database).where({ type: 'task_completed' }).resultSize()).toBe(3);

  // Looked at again when the classifier answers, the longest waiting first.
  const waiting = [await draw(unchecked), await draw(unchecked)];
  const deps = { database, clock: systemClock };
  const { signal } = new AbortController();
  const answers: Verdict[] = [unchecked, bad, clear];
  const inspector = saying(() => answers.shift() ?? clear);
  await inspectUnchecked(deps, inspector, signal);
  await inspectUnchecked(deps, inspector, signal);
  const rows = await Quarantine.query(database).findByIds(waiting.map(({ row }) => row?.id ?? ''));
  expect(rows.map(({ state, reason }) => [state, reason]).toSorted()).toEqual([
    ['quarantined', 'sexual'],
    ['released', 'unchecked'],
  ]);
  for (const { state, assetId } of rows)
    expect((await Asset.query(database).findById(assetId))?.quarantinedAt === null).toBe(
      state === 'released',
    );
  expect(await AuditRecord.query(database).where({ action: 'quarantine.check' }).resultSize()).toBe(2);
});
