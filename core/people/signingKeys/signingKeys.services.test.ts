import { randomBytes } from 'node:crypto';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { connectDatabase } from '../../ground/db/connect.ts';
import { SigningKeyRecord } from '../../ground/db/models/signingKey.ts';
import { createKeyRing } from '../../ground/encryption/keyRing.ts';
import { createUser } from '../../testing/db/factories.ts';
import { silentLog } from '../../testing/events.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { createTcpProxy } from '../../testing/services/tcpProxy.ts';
import { forgetEndedKeys, rotateSigningKey } from './rotateSigningKey.ts';
import { createSigningRing } from './signingKeys.ts';

const db = databaseFixture();
beforeEach(() => db.database('signing_keys').delete());

const keyRing = createKeyRing([{ kid: 'data', secret: randomBytes(32) }]);
const environment = [{ kid: 'environment', secret: randomBytes(48) }];
const clock = createManualClock();
const ringOn = (database = db.database, ring = keyRing) =>
  createSigningRing({ database, clock, keyRing: ring, log: silentLog }, 'files', environment);
const rotate = async (version: number): Promise<string> => {
  const actor = { id: (await createUser(db.database)).id, serviceKey: null };
  const [newest] = await rotateSigningKey({ database: db.database, clock, keyRing }, actor, 'files', version);
  return newest?.kid ?? '';
};
const pass = (seconds: number) => {
  const earlier = (column: string) => db.database.raw('?? - INTERVAL ? SECOND', [column, seconds]);
  return db
    .database('signing_keys')
    .update({ signsFrom: earlier('signs_from'), verifiesUntil: earlier('verifies_until') });
};

test('a process that cannot read keys refuses none as unknown', async () => {
  await using proxy = await createTcpProxy(db.url);
  const away = connectDatabase({ url: proxy.url, poolSize: 1 });
  onTestFinished(() => away.destroy());
  const ring = ringOn(away);
  expect((await ring.signing()).kid).toBe('environment');
  const kid = await rotate(0);
  await proxy.cut();
  await clock.advance(1_000);
  expect((await ring.find('environment'))?.kid).toBe('environment');
  await expect(ring.find(kid)).rejects.toThrow();
  expect((await ring.signing()).kid).toBe('environment');
});

test('a key ends when all that it signed has expired', async () => {
  const kid = await rotate(0);
  await pass(7 * 24 * 3_600 + 10);
  expect((await ringOn().signing()).kid).toBe(kid);
  expect(await ringOn().find('environment')).toBeDefined();
  await pass(3_601);
  expect(await ringOn().find('environment')).toBeUndefined();
  await rotate(1);
  await pass(30 * 24 * 3_600);
  expect(await ringOn().find(kid)).toBeUndefined();
  expect(await forgetEndedKeys(db.database)).toBe(1);
  expect(await SigningKeyRecord.query(db.database).whereNotNull('secret').resultSize()).toBe(1);
});

test('a key that cannot be read signs nothing, and others verify', async () => {
  const kid = await rotate(0);
  await pass(11);
  const ring = ringOn(db.database, createKeyRing([{ kid: 'other', secret: randomBytes(32) }]));
  await expect(ring.signing()).rejects.toThrow('DATA_KEYS');
  expect(await ring.find(kid)).toBeUndefined();
  expect(await ring.find('environment')).toBeDefined();
});
