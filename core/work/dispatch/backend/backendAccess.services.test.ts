import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ComfyFault } from '../../../comfy/comfy.ts';
import { explainFault } from '../../../comfy/http/explainFault.ts';
import { changeBackend, createBackend } from '../../../desk/pool/backends.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { createKeyRing } from '../../../ground/encryption/keyRing.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { startPreviewBackend } from '../../../testing/comfy/startPreviewBackend.ts';
import { createDispatchSetup, eventually } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { createBackendAccess } from './backendAccess.ts';

const setup = fixture(createDispatchSetup);

const adminDeps = () => ({ ...setup, clock: systemClock });
const create = (url: string, password?: string) =>
  createBackend(
    adminDeps(),
    { id: setup.userId, serviceKey: null },
    {
      url,
      weight: 1,
      labels: [],
      enabled: true,
      ...(password === undefined ? {} : { credentials: { kind: 'basic', username: 'me', password } }),
    },
  );

test('a server behind a password runs tasks once it is set', async () => {
  await using server = await startPreviewBackend({ flags: ['--require-basic', 'me:right', '--instant'] });
  await using _dispatcher = await setup.start();
  const { backend } = await create(server.url);
  const reasonIs = (words: string) =>
    eventually(async () => {
      const row = await Backend.query(setup.database).findById(backend.id).throwIfNotFound();
      expect(row).toMatchObject({ state: 'down', stateReason: expect.stringContaining(words) });
    });
  await reasonIs('wants a user name and a password (HTTP 401), and none are set');
  const set = (password: string) =>
    changeBackend(adminDeps(), { id: setup.userId, serviceKey: null }, backend.id, {
      credentials: { kind: 'basic', username: 'me', password },
    });
  await set('wrong');
  await reasonIs('refuses the user name or the password (HTTP 401)');
  await set('right');
  await eventually(async () => {
    const row = await Backend.query(setup.database).findById(backend.id).throwIfNotFound();
    expect(row).toMatchObject({ state: 'up', stateReason: null });
  });
  await setup.catalogue.refresh();
  const image = await setup.uploadPicture(64, 64);
  const task = await setup.submit('upscale', { image });
  expect((await setup.reached(task.id, 'succeeded', 'failed')).status).toBe('succeeded');
});

test('unreadable credentials have their own fault, and nothing is sent without them', async () => {
  const { backend } = await create('http://10.9.9.9:8188', 'word');
  const explain = async (keys: Parameters<typeof createKeyRing>[0]) => {
    const access = createBackendAccess({ database: setup.database, keyRing: createKeyRing(keys) }, backend);
    const fault: unknown = await access.read().catch((error: unknown) => error);
    if (!(fault instanceof ComfyFault)) throw new Error('they were read');
    return explainFault(fault, backend.url);
  };
  expect(await explain([])).toContain('The key "test" is not in DATA_KEYS any more. Put the key back');
  expect(await explain([{ kid: 'test', secret: randomBytes(32) }])).toContain(
    'another value under the same name in DATA_KEYS',
  );
  const access = createBackendAccess({ database: setup.database, keyRing: setup.keyRing }, backend);
  expect((await access.read()).headers).toEqual({ authorization: 'Basic bWU6d29yZA==' });
  expect(access.name).toBe('10.9.9.9:8188');
});

test("credentials copied into another server's row are not sent to it", async () => {
  const [one, other] = [
    await create('http://10.9.9.1:8188', 'word'),
    await create('http://10.9.9.2:8188', 'x'),
  ];
  await Backend.query(setup.database)
    .findById(other.backend.id)
    .patch({ credentials: one.backend.credentials });
  const access = createBackendAccess(setup, other.backend);
  await expect(access.read()).rejects.toMatchObject({ kind: 'unreachable' });
});
