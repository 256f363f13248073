import { beforeEach, expect, test } from 'vitest';
import { Backend, type BackendReport } from '../../ground/db/models/backend.ts';
import { createOwnedBackend } from '../../testing/db/factories.ts';
import { silentLogger } from '../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { createRunTimes, listRunTimes, loading, type Ran } from './runTimes.ts';

const db = databaseFixture();
let backendId: string;

beforeEach(async () => {
  backendId = (await createOwnedBackend(db.database)).id;
});

const reportOf = (deviceName: string): BackendReport => ({
  comfyVersion: '0.33.0',
  deviceName,
  vramTotalBytes: 1,
  vramFreeBytes: 1,
  maxUploadBytes: 1,
  jobsApi: true,
});

/** Each inner list is written before the next one is learned. */
async function learn(...written: readonly Ran[][]): Promise<Record<string, number>> {
  const { database } = db;
  const runTimes = createRunTimes({ database, clock: createManualClock(), logger: silentLogger });
  for (const runs of written) {
    for (const ran of runs) runTimes.learn({ workflow: 'text2img', backendId }, ran);
    await runTimes.stop();
  }
  return Object.fromEntries((await listRunTimes(database)).get(backendId) ?? []);
}

test('runs with loaded models teach the time per unit', async () => {
  const warm = (seconds: number): Ran => ({ workUnits: 2, seconds, loadSeconds: 0 });
  expect(await learn([warm(10)])).toEqual({ text2img: 5 });
  expect(await learn([warm(20)])).toEqual({ text2img: 6 });
});

test('a run that loaded models teaches only the load time', async () => {
  const warm: Ran = { workUnits: 1, seconds: 4, loadSeconds: 0 };
  const cold: Ran = { workUnits: 2, seconds: 33, loadSeconds: 10 };
  expect(await learn([warm], [cold])).toEqual({ text2img: 4, [loading]: expect.any(Number) });
});

test('one load says little, and many say how fast a backend loads', async () => {
  const warm: Ran = { workUnits: 1, seconds: 4, loadSeconds: 0 };
  const cold: Ran = { workUnits: 1, seconds: 34, loadSeconds: 10 };
  expect((await learn([warm], [cold]))[loading]).toBeCloseTo(1.4);
  expect((await learn([], [cold]))[loading]).toBeCloseTo(1.72);
  expect((await learn([], Array(30).fill(cold)))[loading]).toBeCloseTo(3, 1);
});

test('nothing is learned when loading and work cannot be told apart', async () => {
  const cold: Ran = { workUnits: 1, seconds: 14, loadSeconds: 10 };
  expect(await learn([cold])).toEqual({});
  expect(await learn([{ ...cold, loadSeconds: undefined }])).toEqual({});
});

test('the usual time is expected of a new server only if it has a GPU', async () => {
  const { database } = db;
  const withoutGpu = (await createOwnedBackend(database, undefined, { facts: reportOf('cpu') })).id;
  await Backend.query(database)
    .findById(backendId)
    .patch({ facts: reportOf('cuda:0 NVIDIA H100') });
  const runTimes = createRunTimes({ database, clock: createManualClock(), logger: silentLogger });
  const expectOn = (on: string) =>
    runTimes.expectSeconds({ workflow: 'upscale', backendId: on }, { workUnits: 2, estimateSeconds: 8 });
  await runTimes.stop();
  expect([expectOn(backendId), expectOn(withoutGpu)]).toEqual([8, undefined]);
  runTimes.learn(
    { workflow: 'upscale', backendId: withoutGpu },
    { workUnits: 1, seconds: 75, loadSeconds: 0 },
  );
  await runTimes.stop();
  expect([expectOn(backendId), expectOn(withoutGpu)]).toEqual([8, 150]);
});
