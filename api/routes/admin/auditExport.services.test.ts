import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { basename } from 'node:path';
import { type SealedAuditView, sealedAuditSchema } from '@star-graph/contract/admin/audit';
import { sealAudit, sealedText } from '@star-graph/core/desk/auditSeals';
import { AuditHead, AuditRecord } from '@star-graph/core/ground/db/models/operation';
import { createKeyRing } from '@star-graph/core/ground/encryption/keyRing';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { firstIdAt } from '@star-graph/core/ground/runtime/ids';
import { sealPurpose } from '@star-graph/core/people/signingKeys/sealKeys';
import { recordStatements } from '@star-graph/core/testing/db/statements';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';
import { streamAudit } from './presentAdmin.ts';

const platform = platformFixture();
const api = apiFixture(platform);
let token: string;
beforeAll(async () => {
  token = await api.signInAsAdmin();
});

const began = Date.parse('2026-03-01T00:00:00Z');
const timeOf = (n: number) => new Date(began + n * 1_000);
const idOf = (n: number) => firstIdAt(timeOf(n).getTime()).replace('-0000-0000-', '-7000-8000-');
/** More than five pages. */
const acts = 1_003;

beforeEach(async () => {
  const { database } = platform.db;
  for (const table of ['audit', 'audit_seals', 'seal_keys']) await database(table).delete();
  await AuditHead.query(database).findById(1).patch({ seq: 0, mac: '', sealedTo: '' });
  const rows = Array.from({ length: acts }, (_, n) => ({
    id: idOf(n),
    actorId: null,
    action: 'user.change',
    target: `user:${n}`,
    data: JSON.stringify({ before: { z: n, a: 'é' }, after: { at: null } }),
    createdAt: timeOf(n),
  }));
  await database.batchInsert('audit', rows);
});

const read = async (query = ''): Promise<SealedAuditView[]> => {
  const answer = await api.call(`/api/admin/audit/export${query}`, { token });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  const text: string = answer.body;
  expect(text === '' || text.endsWith('\n')).toBe(true);
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => sealedAuditSchema.parse(JSON.parse(line)));
};

test('an export has each act once, oldest first, and is an act itself', async () => {
  const targets = Array.from({ length: acts }, (_, n) => `user:${n}`);
  expect((await read()).map(({ target }) => target)).toEqual(targets);
  const [own, ...others] = (await read()).slice(acts);
  expect(own).toMatchObject({ action: 'audit.export', target: 'audit', data: { from: null }, seal: null });
  expect(own?.actorId).toEqual(expect.any(String));
  expect(others).toEqual([]);
});

test('a range has the acts from its begin to before its end', async () => {
  const range = `?from=${timeOf(400).toISOString()}&to=${timeOf(600).toISOString()}`;
  const targets = Array.from({ length: 200 }, (_, n) => `user:${n + 400}`);
  expect((await read(range)).map(({ target }) => target)).toEqual(targets);
  expect(await read(`?to=${timeOf(0).toISOString()}`)).toEqual([]);
});

test('what was exported is proved by its seals, and a changed line is not', async () => {
  const keyRing = createKeyRing([{ kid: 'k', secret: randomBytes(32) }]);
  const deps = { database: platform.db.database, clock: systemClock, keyRing };
  expect(await sealAudit(deps, new AbortController().signal)).toBe(acts);
  const exported = await read();
  let previous = '';
  for (const { seal, createdAt, ...act } of exported) {
    if (!seal) throw new Error('each is sealed');
    const textOf = (data: Record<string, unknown>) =>
      sealedText(seal.seq, previous, { ...act, data, createdAt: new Date(createdAt) });
    expect(keyRing.isSigned(textOf(act.data), sealPurpose, seal)).toBe(true);
    expect(keyRing.isSigned(textOf({ ...act.data, more: 1 }), sealPurpose, seal)).toBe(false);
    previous = seal.mac;
  }
  expect(exported.map(({ seal }) => seal?.seq)).toEqual(Array.from({ length: acts }, (_, n) => n + 1));
});

test('nothing more is read for a client that has gone', async () => {
  using statements = recordStatements(basename(platform.db.url));
  const stream = streamAudit(platform.db, { from: undefined, to: timeOf(acts) });
  await once(stream, 'readable');
  stream.destroy();
  await once(stream, 'close');
  const pages = statements.list().filter(({ shape }) => shape.includes('left join `audit_seals`'));
  // The page that was sent, and at most one that waits to be.
  expect(pages.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(2);
});

test('an export that fails on its way is cut, not ended', async () => {
  await platform.db.database.transaction(async (trx) => {
    const [[{ mode }]] = await trx.raw('SELECT @@SESSION.sql_mode AS mode');
    await trx.raw("SET SESSION sql_mode = ''");
    // A time that nobody can present.
    await AuditRecord.query(trx)
      .findById(idOf(900))
      .patch({
        createdAt: trx.raw("'0000-00-00 00:00:00'") as unknown as Date,
      });
    await trx.raw('SET SESSION sql_mode = ?', [mode]);
  });
  const range = `?to=${timeOf(acts).toISOString()}`;
  await expect(read(range)).rejects.toThrow('terminated');
});
