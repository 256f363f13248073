import type { SignInView } from '@star-graph/contract/auth/signIn';
import { Voucher } from '@star-graph/core/ground/db/models/voucher';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform, { SIGN_UP_GRANT: '0' });
let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});
// The tests share a network with the wrong codes of the others.
beforeEach(async () => {
  const keys = await platform.redis.redis.keys(`${platform.redis.prefix}limit:voucher-*`);
  if (keys.length > 0) await platform.redis.redis.del(keys);
});

const make = async (change: object = {}) => {
  const body = { name: 'fair', credits: 50, codes: 1, ...change };
  const answer = await api.call('/api/admin/vouchers', { token: admin, body });
  expect(answer.status).toBe(201);
  return { id: answer.body.id as string, codes: answer.body.list as string[] };
};
const redeem = ({ accessToken: token }: SignInView, code: string | undefined) =>
  api.call('/api/v1/vouchers/redeem', { token, body: { code } });
const balance = async ({ accessToken: token }: SignInView): Promise<number> =>
  (await api.call('/api/v1/users/balance', { token })).body.available;
const list = async () => (await api.call('/api/admin/vouchers', { token: admin })).body.items;

describe('a voucher', () => {
  test('adds its credits once, however many redeem it at once', async () => {
    const { id, codes } = await make();
    const people = await Promise.all(Array.from({ length: 5 }, () => api.signUp()));
    const answers = await Promise.all([...people, ...people].map((person) => redeem(person, codes[0])));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200))
      expect(['quota-exceeded', 'rate-limited']).toContain(codeOf(answer));
    const balances = await Promise.all(people.map(balance));
    expect(balances.reduce((sum, one) => sum + one, 0)).toBe(50);
    expect(await list()).toContainEqual(expect.objectContaining({ id, used: 1 }));
  });

  test('for many has a limit in all and for each person', async () => {
    const { codes } = await make({ usesPerCode: 3, usesPerPerson: 2 });
    const [ann, bob] = [await api.signUp(), await api.signUp()];
    const answers = await Promise.all(Array.from({ length: 4 }, () => redeem(ann, codes[0])));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 429, 429]);
    expect(await balance(ann)).toBe(100);
    expect((await redeem(bob, codes[0])).body).toEqual({ credits: 50 });
    expect(codeOf(await redeem(bob, codes[0]))).toBe('quota-exceeded');
  });

  test('is read as people write it', async () => {
    const { codes } = await make();
    const written = ` ${codes[0]?.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
    expect((await redeem(await api.signUp(), written)).status).toBe(200);
  });

  test('that is expired, withdrawn or invented looks the same', async () => {
    const person = await api.signUp();
    const expired = await make({ expiresAt: '2020-01-01T00:00:00Z' });
    const withdrawn = await make({ codes: 2, usesPerCode: 9 });
    const withdraw = () =>
      api.call(`/api/admin/vouchers/${withdrawn.id}`, { token: admin, method: 'DELETE' });
    expect([(await withdraw()).status, (await withdraw()).status]).toEqual([204, 204]);
    const answers = [
      await redeem(person, expired.codes[0]),
      await redeem(person, withdrawn.codes[0]),
      await redeem(person, '00000-00000-00000-00000'),
    ];
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.detail}`)).size).toBe(1);
    expect([answers[0]?.status, await balance(person)]).toEqual([404, 0]);
    const acts = await api.call(`/api/admin/audit?target=vouchers:${withdrawn.id}`, { token: admin });
    expect(acts.body.items.map(({ action }: { action: string }) => action)).toEqual([
      'vouchers.withdraw',
      'vouchers.create',
    ]);
  });
});

test('codes are random, and only their hashes are stored', async () => {
  const { id, codes } = await make({ codes: 1_000 });
  expect(new Set(codes).size).toBe(1_000);
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
  const rows = await Voucher.query(platform.db.database).where({ batchId: id });
  const stored = JSON.stringify([rows, await list()]);
  for (const code of codes.slice(0, 50)) {
    expect(stored).not.toContain(code);
    expect(stored).not.toContain(code.replaceAll('-', ''));
  }
});

test('who tries codes is stopped, and who has one is not slowed by using it', async () => {
  const { codes } = await make({ codes: 12 });
  const [owner, guesser] = [await api.signUp(), await api.signUp()];
  for (const code of codes) expect((await redeem(owner, code)).status).toBe(200);
  const statuses: number[] = [];
  for (let n = 0; n < 11; n++) statuses.push((await redeem(guesser, `guess-${n}`)).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 404), 429]);
  const { codes: next } = await make();
  expect(codeOf(await redeem(guesser, next[0]))).toBe('rate-limited');
  expect((await redeem(owner, next[0])).status).toBe(200);
});

test('only administrators make and withdraw vouchers', async () => {
  const { accessToken: token } = await api.signUp();
  const body = { name: 'mine', credits: 1, codes: 1 };
  expect((await api.call('/api/admin/vouchers', { token, body })).status).toBe(403);
  const { id } = await make();
  expect((await api.call(`/api/admin/vouchers/${id}`, { token, method: 'DELETE' })).status).toBe(403);
});
