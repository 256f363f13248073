import { Invite } from '@star-graph/core/ground/db/models/invite';
import { User } from '@star-graph/core/ground/db/models/user';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform, { REGISTRATION: 'invited' });
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});
// The tests share an address with the wrong codes of the others.
beforeEach(async () => {
  const keys = await platform.redis.redis.keys(`${platform.redis.prefix}limit:invite-*`);
  if (keys.length > 0) await platform.redis.redis.del(keys);
});

const make = async (change: object = {}) => {
  const body = { note: 'the club', ...change };
  const answer = await api.call('/api/admin/invites', { token: admin, body });
  expect(answer.status).toBe(201);
  return answer.body as { id: string; code: string };
};
const withdraw = (id: string) => api.call(`/api/admin/invites/${id}`, { token: admin, method: 'DELETE' });
let names = 0;
const register = (invite: string | undefined, username = `guest${names++}`) =>
  api.call('/api/v1/auth/register', { body: { username, password: 'ten letters', invite } });
const usedOf = async (id: string) => (await Invite.query(platform.db.database).findById(id))?.used;

describe('an invite', () => {
  test('the last use of an invite makes one account, however many race', async () => {
    const { id, code } = await make({ uses: 2 });
    expect((await register(code)).status).toBe(201);
    const racing = Array.from({ length: 8 }, (_, at) => `racer${at}`);
    const answers = await Promise.all(racing.map((name) => register(code, name)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(403)]);
    expect(await User.query(platform.db.database).whereIn('username', racing)).toHaveLength(1);
    expect(await usedOf(id)).toBe(2);
  });

  test('is not used by a name that is taken', async () => {
    const { id, code } = await make({ uses: 2 });
    expect((await register(code, 'twice')).status).toBe(201);
    expect(codeOf(await register(code, 'twice'))).toBe('invalid-params');
    expect(await usedOf(id)).toBe(1);
  });

  test('that is used up, expired, withdrawn or invented looks the same', async () => {
    const usedUp = await make();
    expect((await register(usedUp.code)).status).toBe(201);
    const expired = await make({ expiresAt: '2020-01-01T00:00:00Z' });
    const withdrawn = await make();
    expect([(await withdraw(withdrawn.id)).status, (await withdraw(withdrawn.id)).status]).toEqual([
      204, 204,
    ]);
    const codes = [usedUp.code, expired.code, withdrawn.code, '00000-00000-00000-00000'];
    const answers: string[] = [];
    for (const code of codes) {
      const answer = await register(code);
      answers.push(`${codeOf(answer)}: ${answer.body.detail}`);
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^forbidden: /);
  });

  test('has in the audit what it was, and its withdrawal once', async () => {
    const { id } = await make({ uses: 3 });
    await withdraw(id);
    await withdraw(id);
    const acts = await api.call(`/api/admin/audit?target=invites:${id}`, { token: admin });
    expect(acts.body.items).toMatchObject([
      { action: 'invites.withdraw', data: { before: { withdrawnAt: null }, after: { used: 0 } } },
      { action: 'invites.create', data: { before: null, after: { note: 'the club', uses: 3 } } },
    ]);
  });

  test('is stored by its hash alone, and listed without its code', async () => {
    const { id, code } = await make();
    const row = await Invite.query(platform.db.database).findById(id);
    const { items } = (await api.call('/api/admin/invites', { token: admin })).body;
    expect(items).toContainEqual(expect.objectContaining({ id, uses: 1, used: 0 }));
    const stored = JSON.stringify([row, items]);
    for (const form of [code, code.replaceAll('-', '')]) expect(stored).not.toContain(form);
  });
});

test('nobody registers without a code where it needs one', async () => {
  expect(codeOf(await register(undefined, 'nobody'))).toBe('forbidden');
  expect((await api.call('/api/public/status')).body.registration).toBe('invited');
  expect(await User.query(platform.db.database).findOne({ username: 'nobody' })).toBeUndefined();
});

test('who tries invite codes is stopped, and right codes are not counted', async () => {
  const { code } = await make({ uses: 20 });
  for (let n = 0; n < 12; n++) expect((await register(code)).status).toBe(201);
  const statuses: number[] = [];
  for (let n = 0; n < 11; n++) statuses.push((await register(`guess-${n}`)).status);
  expect(statuses).toEqual([...Array(10).fill(403), 429]);
  expect(codeOf(await register(code))).toBe('rate-limited');
});
