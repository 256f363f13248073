import { spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Asset } from '../../../ground/db/models/asset.ts';
import { Backend, filmDeskUrl } from '../../../ground/db/models/backend.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { createDispatchSetup } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { createFilm } from '../../../testing/pictures.ts';
import { registerFilmDesk } from './registerBackends.ts';

const setup = fixture(createDispatchSetup);

test('films are cut, and pictures of their frames taken, without a GPU server', async () => {
  const { database } = setup;
  await registerFilmDesk({ database, clock: systemClock });
  await registerFilmDesk({ database, clock: systemClock });
  const { pid } = spawnSync('true');
  const place = join(setup.directory, 'tmp');
  const [killed, foreign] = [`films-${hostname()}-${pid}-${newId()}`, `films-elsewhere-${pid}-${newId()}`];
  for (const name of [killed, foreign]) await mkdir(join(place, name, 'outputs'), { recursive: true });
  await using _dispatcher = await setup.start();
  await setup.awaitBackend(filmDeskUrl);
  const film = createFilm(['testsrc=size=64x48:rate=10:duration=2']);
  const video = await setup.uploadFilm(film, {
    width: 64,
    height: 48,
    frames: 20,
    fps: 10,
    durationMs: 2_000,
  });
  const parts = [{ from: 0.5, to: 1.5 }, { speed: 2 }];
  const edit = await setup.submit('edit-film', { video, parts });
  const stills = await setup.submit('edit-film', { video, parts: [{}, { from: 9 }], format: 'png' });
  for (const { id } of [edit, stills])
    expect(await setup.reached(id, 'succeeded', 'failed')).toMatchObject({ status: 'succeeded', attempt: 1 });
  const [made] = await Asset.query(database).where({ taskId: edit.id });
  expect(made).toMatchObject({ mime: 'video/mp4', width: 64, height: 48, frames: 20, soundCodec: null });
  const pictures = await Asset.query(database).where({ taskId: stills.id });
  expect(pictures).toMatchObject([{ mime: 'image/png' }, { mime: 'image/png', width: 64, height: 48 }]);
  expect(pictures[0]?.sha256).not.toBe(pictures[1]?.sha256);
  await expectSettled(database);
  expect(await Backend.query(database)).toMatchObject([{ url: filmDeskUrl }]);
  // It is no time on a GPU, and what a killed owner has left here is gone.
  expect(await database('person_days').where('gpuMs', '>', 0)).toEqual([]);
  const left = (await readdir(place)).filter((name) => [killed, foreign].includes(name));
  expect(left).toEqual([foreign]);
});

test('a film that cannot be read fails its task and costs nothing', async () => {
  await using _dispatcher = await setup.start();
  const facts = { width: 64, height: 48, frames: 20, fps: 10, durationMs: 2_000 };
  const video = await setup.uploadFilm(Buffer.from('no film at all'), facts);
  const { id } = await setup.submit('edit-film', { video, parts: [{}] });
  const failed = await setup.reached(id, 'failed', 'succeeded');
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'generation-failed' } });
  await expectSettled(setup.database);
});
