import { Passkey, PasskeyChallenge } from '@star-graph/core/ground/db/models/secondFactor';
import { User } from '@star-graph/core/ground/db/models/user';
import { createSoftAuthenticator, type Quirks } from '@star-graph/core/testing/softAuthenticator';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createTwoStep,
  ownPath,
  password,
  type TwoStep,
  type TwoStepPerson,
} from '../../testing/calls/twoStep.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const publicUrl = 'https://pictures.example';
const platform = platformFixture();
const manyPeople = { REGISTRATIONS_PER_ADDRESS: '1000', REGISTRATIONS_PER_NETWORK: '1000' };
const api = apiFixture(platform, { PUBLIC_URL: publicUrl, ...manyPeople });
let people: TwoStep;
beforeAll(() => {
  people = createTwoStep(api, platform);
});

const post = (path: string, token: string | undefined, body: object | string) =>
  api.call(path, { body, ...(token === undefined ? {} : { token }) });
const requestPath = '/api/v1/auth/passkey-request';

/** A person with a passkey, who signed in by password before. */
async function addPasskeyPerson() {
  const person = await people.addPerson();
  const { key, answer } = await people.addPasskey(person, publicUrl);
  return { person: { ...person, recoveryCodes: answer.body.recoveryCodes as string[] }, key };
}
type PasskeyPerson = Awaited<ReturnType<typeof addPasskeyPerson>>;

/** The second step after a right password. */
async function finishBy({ person, key }: PasskeyPerson, quirks: Quirks = {}) {
  const ticket = await people.ticketOf(person);
  const options = (await post(requestPath, undefined, { ticket })).body;
  return people.finish(ticket, { kind: 'passkey', response: key.get(options, quirks) });
}

/** Without a name and a password. */
async function signInBy({ key }: Pick<PasskeyPerson, 'key'>, quirks: Quirks = {}) {
  const options = (await post(requestPath, undefined, {})).body;
  return post('/api/v1/auth/login/passkey', undefined, { response: key.get(options, quirks) });
}

const wrong: [string, Quirks][] = [
  ['of another origin', { origin: 'https://pictures.example.evil.example' }],
  ['of the same host without TLS', { origin: 'http://pictures.example' }],
  ['for another host', { rpId: 'evil.example' }],
  ['to a challenge of its own', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
  ['whose counter went back', { counter: 1 }],
  ['whose counter stands still', { counter: 2 }],
];

describe('a passkey', () => {
  test('finishes a sign-in by password, and signs in alone', async () => {
    const made = await addPasskeyPerson();
    expect(codeOf(await people.login(made.person))).toBe('second-factor-needed');
    const [finished, alone] = [await finishBy(made), await signInBy(made)];
    for (const { status, body } of [finished, alone])
      expect([status, body.user?.id]).toEqual([200, made.person.id]);
    const { body } = await api.call(ownPath, { token: alone.body.accessToken });
    expect(body).toMatchObject({ totp: false, passkeys: [{ name: 'key' }], recoveryCodesLeft: 10 });
    expect(body.passkeys[0].usedAt).toEqual(expect.any(String));
  });

  test.each(wrong)('is refused with an answer %s', async (_case, quirks) => {
    const made = await addPasskeyPerson();
    expect((await finishBy(made)).status).toBe(200);
    for (const sign of [finishBy, signInBy]) {
      const answer = await sign(made, quirks);
      expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
    }
    expect((await finishBy(made)).status).toBe(200);
  });

  test('does not stand for the password unless it recognised its person', async () => {
    const made = await addPasskeyPerson();
    expect((await signInBy(made, { verifiesUser: false })).status).toBe(401);
    expect((await finishBy(made, { verifiesUser: false })).status).toBe(200);
  });

  test('of somebody else finishes no sign-in', async () => {
    const [made, other] = [await addPasskeyPerson(), await addPasskeyPerson()];
    expect((await finishBy({ person: made.person, key: other.key })).status).toBe(401);
    const { id = '' } = (await Passkey.query(platform.db.database).findOne({ userId: made.person.id })) ?? {};
    const named = await Passkey.query(platform.db.database).findById(id);
    expect((await signInBy(other, { id: named?.credentialId ?? '' })).status).toBe(401);
  });

  test('that was copied is refused where both copies are used at once', async () => {
    const made = await addPasskeyPerson();
    const requests = await Promise.all(
      Array.from({ length: 4 }, async () => (await post(requestPath, undefined, {})).body),
    );
    const answers = await Promise.all(
      requests.map((options) =>
        post('/api/v1/auth/login/passkey', undefined, { response: made.key.get(options, { counter: 9 }) }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test('without a counter signs in again and again', async () => {
    const made = await addPasskeyPerson();
    await Passkey.query(platform.db.database).where({ userId: made.person.id }).patch({ counter: 0 });
    for (const sign of [signInBy, finishBy, signInBy])
      expect((await sign(made, { counter: 0 })).status).toBe(200);
  });

  test('of a blocked person lets nobody in', async () => {
    const made = await addPasskeyPerson();
    await User.query(platform.db.database).findById(made.person.id).patch({ disabledAt: new Date() });
    expect(codeOf(await signInBy(made))).toBe('account-disabled');
  });
});

describe('a challenge', () => {
  test('is good for one answer', async () => {
    const made = await addPasskeyPerson();
    const options = (await post(requestPath, undefined, {})).body;
    const bad = made.key.get(options, { origin: 'https://evil.example' });
    const good = made.key.get(options);
    const path = '/api/v1/auth/login/passkey';
    expect((await post(path, undefined, { response: bad })).status).toBe(401);
    expect((await post(path, undefined, { response: good })).status).toBe(401);
    expect((await signInBy(made)).status).toBe(200);
  });

  test('is good for its purpose and person only', async () => {
    const [made, other] = [await addPasskeyPerson(), await addPasskeyPerson()];
    const [own, others] = [await people.ticketOf(made.person), await people.ticketOf(other.person)];
    const alone = (await post(requestPath, undefined, {})).body;
    const foreign = (await post(requestPath, undefined, { ticket: others })).body;
    for (const options of [alone, foreign]) {
      const proof = { kind: 'passkey', response: made.key.get(options) };
      expect((await people.finish(own, proof)).status).toBe(401);
    }
    const second = (await post(requestPath, undefined, { ticket: own })).body;
    const response = made.key.get(second);
    expect((await post('/api/v1/auth/login/passkey', undefined, { response })).status).toBe(401);
  });

  test('is over after its time', async () => {
    const made = await addPasskeyPerson();
    const options = (await post(requestPath, undefined, {})).body;
    await PasskeyChallenge.query(platform.db.database)
      .whereNull('usedAt')
      .patch({ expiresAt: new Date(Date.now() - 1) });
    const response = made.key.get(options);
    expect((await post('/api/v1/auth/login/passkey', undefined, { response })).status).toBe(401);
  });
});

describe('adding a passkey', () => {
  const start = (person: TwoStepPerson, body: object = { password }) =>
    post(`${ownPath}/passkeys/start`, person.token, body);
  const add = (person: TwoStepPerson, response: object) =>
    post(`${ownPath}/passkeys`, person.token, { name: 'key', response });

  test.each(wrong.slice(0, 4))('is refused with an answer %s', async (_case, quirks) => {
    const person = await people.addPerson();
    const key = createSoftAuthenticator(publicUrl);
    const answer = await add(person, key.create((await start(person)).body, quirks));
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/response']);
    expect((await people.login(person)).status).toBe(200);
  });

  test('takes the password, the person of the challenge, and one answer', async () => {
    const [person, other] = [await people.addPerson(), await people.addPerson()];
    expect((await start(person, { password: 'a wrong password' })).status).toBe(422);
    const response = createSoftAuthenticator(publicUrl).create((await start(person)).body);
    expect((await add(other, response)).status).toBe(422);
    const answers = await Promise.all([add(person, response), add(person, response)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    const again = createSoftAuthenticator(publicUrl);
    expect((await start(person)).status).toBe(403);
    expect(
      (await add(person, again.create({ challenge: 'none', rp: { id: 'pictures.example' } }))).status,
    ).toBe(422);
  });

  test('is not possible for one that is in use', async () => {
    const made = await addPasskeyPerson();
    const other = await people.addPerson();
    const answer = await add(other, made.key.create((await start(other)).body));
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
  });
});

test('a passkey is removed with a proof, and then lets nobody in', async () => {
  const made = await addPasskeyPerson();
  const { token } = made.person;
  const [passkey] = (await api.call(ownPath, { token })).body.passkeys;
  const path = `${ownPath}/passkeys/${passkey.id}/remove`;
  expect(codeOf(await post(path, token, { password }))).toBe('second-factor-needed');
  const options = (await post(`${ownPath}/passkey-request`, token, '')).body;
  const proof = { kind: 'passkey', response: made.key.get(options) };
  expect((await post(path, token, { password, proof })).status).toBe(204);
  expect((await signInBy(made)).status).toBe(401);
  expect((await people.login(made.person)).status).toBe(200);
  const { body } = await api.call(ownPath, { token });
  expect(body).toMatchObject({ passkeys: [], recoveryCodesLeft: 0 });
});

test('an administrator’s removal takes passkeys away too', async () => {
  const made = await addPasskeyPerson();
  const admin = await api.signInAsAdmin();
  const path = `/api/admin/users/${made.person.id}/second-factor`;
  expect((await api.call(path, { token: admin, method: 'DELETE' })).status).toBe(204);
  expect((await signInBy(made)).status).toBe(401);
  expect((await people.login(made.person)).status).toBe(200);
});
