import { SignInTicket, TotpFactor } from '@star-graph/core/ground/db/models/secondFactor';
import { totpCode } from '@star-graph/core/testing/totpApp';
import { beforeAll, describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { createTwoStep, ownPath, password, type TwoStep } from '../../testing/calls/twoStep.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
let people: TwoStep;
beforeAll(() => {
  people = createTwoStep(api, platform);
});

const profile = '/api/v1/users/profile';
const addAppPerson = async () => people.addApp(await people.addPerson());
const statusOf = async (path: string, token: string) => (await api.call(path, { token })).status;

describe('a right password of a person with a second factor', () => {
  test('opens no session, only a ticket that is good for nothing else', async () => {
    const person = await addAppPerson();
    const answer = await people.login(person);
    expect([answer.status, codeOf(answer)]).toEqual([403, 'second-factor-needed']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { ticket } = answer.body;
    expect(answer.body.accessToken).toBeUndefined();
    expect(await statusOf(profile, ticket)).toBe(401);
    const refreshed = await api.call('/api/v1/auth/refresh', { body: { refreshToken: ticket } });
    const linked = await api.call('/api/v1/auth/link', { body: { code: ticket } });
    expect([refreshed.status, linked.status]).toEqual([401, 401]);
  });

  test('and a code of the app open one session', async () => {
    const person = await addAppPerson();
    const ticket = await people.ticketOf(person);
    const proof = { kind: 'totp', code: await people.freshCode(person) };
    const answers = await Promise.all(Array.from({ length: 4 }, () => people.finish(ticket, proof)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    const opened = answers.find(({ status }) => status === 200);
    expect(await statusOf(profile, opened?.body.accessToken)).toBe(200);
    await TotpFactor.query(platform.db.database).findById(person.id).patch({ lastStep: -1 });
    expect((await people.finish(ticket, proof)).status).toBe(401);
  });

  test('opens one session, whatever proofs come at once', async () => {
    const person = await addAppPerson();
    const ticket = await people.ticketOf(person);
    const proofs = person.recoveryCodes.slice(0, 4).map((code) => ({ kind: 'recovery', code }));
    const answers = await Promise.all(proofs.map((proof) => people.finish(ticket, proof)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    expect((await api.call(ownPath, { token: person.token })).body.recoveryCodesLeft).toBe(9);
  });

  test('and a wrong code are told to its person as a sign-in that failed', async () => {
    const person = await addAppPerson();
    const told = async () =>
      (await api.call('/api/v1/auth/sign-ins', { token: person.token })).body.items.map(
        ({ succeeded }: { succeeded: boolean }) => succeeded,
      );
    const before = await told();
    const ticket = await people.ticketOf(person);
    const [recovery = ''] = person.recoveryCodes;
    const wrong = { kind: 'recovery', code: 'aaaa-aaaa-aaaa-aaaa' };
    expect((await people.finish(ticket, wrong)).status).toBe(401);
    expect(await told()).toEqual([false, ...before]);
    expect((await people.finish(ticket, { kind: 'recovery', code: recovery })).status).toBe(200);
    expect(await told()).toEqual([true, false, ...before]);
  });

  test('does not help with the ticket of an earlier time', async () => {
    const person = await addAppPerson();
    const ticket = await people.ticketOf(person);
    await SignInTicket.query(platform.db.database)
      .where({ userId: person.id })
      .patch({ expiresAt: new Date(Date.now() - 1) });
    const proof = { kind: 'totp', code: await people.freshCode(person) };
    expect((await people.finish(ticket, proof)).status).toBe(401);
  });
});

describe('a code of the app', () => {
  test('counts once, even within its own 30 seconds', async () => {
    const person = await addAppPerson();
    const code = await people.freshCode(person);
    const first = await people.finish(await people.ticketOf(person), { kind: 'totp', code });
    const replay = await people.finish(await people.ticketOf(person), { kind: 'totp', code });
    expect([first.status, replay.status]).toEqual([200, 401]);
    const earlier = { kind: 'totp', code: totpCode(person.secret, -1) };
    expect((await people.finish(await people.ticketOf(person), earlier)).status).toBe(401);
  });

  test('of simultaneous sign-ins lets one in', async () => {
    const person = await addAppPerson();
    const tickets = await Promise.all(Array.from({ length: 4 }, () => people.ticketOf(person)));
    const code = await people.freshCode(person);
    const answers = await Promise.all(tickets.map((ticket) => people.finish(ticket, { kind: 'totp', code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('is guessed five times at most, with any number of tickets', async () => {
    const person = await addAppPerson();
    const code = await people.freshCode(person);
    const wrong = { kind: 'totp', code: code === '000000' ? '000001' : '000000' };
    const tickets = await Promise.all(Array.from({ length: 8 }, () => people.ticketOf(person)));
    const answers = await Promise.all(tickets.map((ticket) => people.finish(ticket, wrong)));
    expect(answers.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const right = await people.finish(await people.ticketOf(person), { kind: 'totp', code });
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(60);
    const [recovery = ''] = person.recoveryCodes;
    const recovered = await people.finish(await people.ticketOf(person), {
      kind: 'recovery',
      code: recovery,
    });
    expect(recovered.status).toBe(200);
  });

  test('is made of a secret that the database does not show', async () => {
    const person = await addAppPerson();
    const row = await TotpFactor.query(platform.db.database).findById(person.id);
    expect(row?.secret).toMatch(/^v1\./);
    const other = await addAppPerson();
    const moved = { secret: row?.secret ?? '', lastStep: -1 };
    await TotpFactor.query(platform.db.database).findById(other.id).patch(moved);
    const proof = { kind: 'totp', code: totpCode(person.secret) };
    expect((await people.finish(await people.ticketOf(other), proof)).status).toBe(500);
  });

  test('lets nobody in before its app is confirmed', async () => {
    const person = await people.addPerson();
    const { secret } = (await api.call(`${ownPath}/totp`, { token: person.token, body: { password } })).body;
    expect((await people.login(person)).status).toBe(200);
    const code = totpCode(secret);
    const wrong = { code: code === '000000' ? '000001' : '000000' };
    const refused = await api.call(`${ownPath}/totp/confirm`, { token: person.token, body: wrong });
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([422, '/code']);
    expect((await people.login(person)).status).toBe(200);
  });
});

test('a recovery code lets its person in once', async () => {
  const person = await addAppPerson();
  const stranger = await addAppPerson();
  expect(person.recoveryCodes).toHaveLength(10);
  const [code = ''] = person.recoveryCodes;
  const proof = { kind: 'recovery', code: code.toLowerCase() };
  expect((await people.finish(await people.ticketOf(stranger), proof)).status).toBe(401);
  const tickets = await Promise.all(Array.from({ length: 3 }, () => people.ticketOf(person)));
  const answers = await Promise.all(tickets.map((ticket) => people.finish(ticket, proof)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  const { body } = await api.call(ownPath, { token: person.token });
  expect(body).toEqual({ totp: true, passkeys: [], recoveryCodesLeft: 9, required: false });
});

describe('a second factor', () => {
  test('ends the sessions and codes that came before it', async () => {
    const person = await people.addPerson();
    const { accessToken: other } = (await people.login(person)).body;
    const link = await api.call('/api/v1/users/link-codes', { token: other, body: '' });
    expect(await statusOf(profile, other)).toBe(200);
    await people.addApp(person);
    expect(await statusOf(profile, other)).toBe(401);
    expect(await statusOf(profile, person.token)).toBe(200);
    const used = await api.call('/api/v1/auth/link', { body: { code: link.body.code } });
    expect(used.status).toBe(401);
  });

  test('is not changed by a session alone', async () => {
    const person = await addAppPerson();
    const fresh = async () => ({ kind: 'totp', code: await people.freshCode(person) });
    const wrong = { kind: 'recovery', code: 'ABCD-EFGH-JKLM-NPQR' };
    const tries = [
      [{ password }, 403],
      [{ password: 'a wrong password', proof: await fresh() }, 422],
      [{ proof: await fresh() }, 422],
      [{ password, proof: wrong }, 422],
    ] as const;
    for (const path of ['totp', 'totp/remove', 'recovery-codes'])
      for (const [body, status] of tries) {
        const answer = await api.call(`${ownPath}/${path}`, { token: person.token, body });
        expect([path, answer.status]).toEqual([path, status]);
      }
    expect((await people.login(person)).status).toBe(403);
    const body = { password, proof: await fresh() };
    const removed = await api.call(`${ownPath}/totp/remove`, { token: person.token, body });
    expect(removed.status).toBe(204);
    expect((await people.login(person)).status).toBe(200);
  });

  test('is not set up by an API key or through a service key', async () => {
    const person = await people.addPerson();
    const made = await api.call('/api/v1/users/api-keys', { token: person.token, body: { name: 'k' } });
    const service = await addServiceKey(api);
    const headers = actFor(newSnowflake());
    const link = { token: service.key, headers, body: '' };
    const { code } = (await api.call('/api/v1/users/link-codes', link)).body;
    const { accessToken } = (await api.call('/api/v1/auth/link', { body: { code } })).body;
    for (const token of [made.body.key, accessToken, service.key]) {
      const answer = await api.call(`${ownPath}/totp`, { token, body: { password } });
      expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
    }
  });

  test('has new recovery codes that end the old ones', async () => {
    const person = await addAppPerson();
    const body = { password, proof: { kind: 'totp', code: await people.freshCode(person) } };
    const renewed = await api.call(`${ownPath}/recovery-codes`, { token: person.token, body });
    const [fresh = ''] = renewed.body.recoveryCodes;
    const [old = ''] = person.recoveryCodes;
    const finish = async (code: string) =>
      (await people.finish(await people.ticketOf(person), { kind: 'recovery', code })).status;
    expect([await finish(old), await finish(fresh)]).toEqual([401, 200]);
  });
});
