import { Identity, User } from '@star-graph/core/ground/db/models/user';
import { expect, test } from 'vitest';
import { codeIn, createBrowser } from '../testing/calls/browser.ts';
import { codeOf } from '../testing/servers/apiServer.ts';
import { platformFixture } from '../testing/servers/fixtures.ts';
import { hostOf, redeem, returnUrl, signInFixture } from '../testing/servers/signInBench.ts';

const platform = platformFixture();
const bench = signInFixture(platform);

test('a person has one account of their own, whatever their e-mail', async () => {
  await using api = await bench.startWith();
  const email = 'shared@example.com';
  const first = await bench.signInAs(api, { sub: 'anna', name: 'Anna', email });
  const profile = await api.call('/api/v1/users/profile', { token: first.accessToken });
  expect(profile.body).toMatchObject({
    username: null,
    role: 'user',
    identities: [{ provider: bench.provider.issuer, subject: 'anna' }],
  });
  expect((await bench.signInAs(api, { sub: 'anna', email: 'other@example.com' })).user.id).toBe(
    first.user.id,
  );
  expect((await bench.signInAs(api, { sub: 'Anna', email })).user.id).not.toBe(first.user.id);
});

test('a code of a sign-in works once', async () => {
  await using api = await bench.startWith();
  const { text } = await bench.come(api, { sub: 'once' });
  const uses = await Promise.all([redeem(api, codeIn(text)), redeem(api, codeIn(text))]);
  expect(uses.map(({ status }) => status).sort()).toEqual([200, 401]);
});

test('simultaneous first sign-ins make one account', async () => {
  await using api = await bench.startWith();
  bench.provider.setPerson({ sub: 'twins' });
  const pages = await Promise.all(
    Array.from({ length: 4 }, () => bench.browse(api).open(`${api.url}/sign-in/test`)),
  );
  const ids = await Promise.all(
    pages.map(async ({ text }) => (await redeem(api, codeIn(text))).body.user.id),
  );
  expect(new Set(ids).size).toBe(1);
  const { database } = platform.db;
  expect(await Identity.query(database).where({ subject: 'twins' }).resultSize()).toBe(1);
  expect(await database('balances').where({ userId: ids[0] }).first('available')).toEqual({ available: 100 });
});

test('only the browser that began a sign-in finishes it', async () => {
  await using api = await bench.startWith();
  bench.provider.setPerson({ sub: 'careful' });
  const own = bench.browse(api);
  const stopped = createBrowser(() => [hostOf(bench.provider.issuer)]);
  const { headers } = await fetch(`${api.url}/sign-in/test`, { redirect: 'manual' });
  const callback = await stopped.open(headers.get('location') ?? '');
  expect(callback.url.pathname).toBe('/sign-in/test/callback');
  const foreign = await own.open(callback.url.href);
  expect([foreign.status, codeIn(foreign.text)]).toEqual([400, '']);
  // A browser in the middle of a sign-in of its own takes no other's either, and goes on with its own.
  const begun = createBrowser(() => [hostOf(api.url)]);
  const { url: there } = await begun.open(`${api.url}/sign-in/test`);
  expect((await begun.open(callback.url.href)).status).toBe(400);
  const back = await stopped.open(there.href);
  const finished = await begun.open(back.url.href);
  expect([finished.status, codeIn(finished.text)]).toEqual([200, expect.stringMatching(/^[A-Z0-9-]{14}$/)]);
  expect((await begun.open(back.url.href)).status).toBe(400);
});

test('a sign-in survives that the provider changes its keys', async () => {
  await using api = await bench.startWith();
  const before = await bench.signInAs(api, { sub: 'steady' });
  await bench.provider.changeKeys();
  expect((await bench.signInAs(api, { sub: 'steady' })).user.id).toBe(before.user.id);
});

test('who may not register can link the sign-in to their account', async () => {
  await using api = await bench.startWith({ registration: { groups: ['artists'] } });
  const { status, text } = await bench.come(api, { sub: 'guest', groups: ['others'] });
  expect([status, text]).toEqual([200, expect.stringContaining('Link this sign-in')]);
  const refused = await redeem(api, codeIn(text));
  expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
  const own = await api.signUp();
  expect((await redeem(api, codeIn(text), own.accessToken)).body.user.id).toBe(own.user.id);
  expect((await redeem(api, codeIn(text), own.accessToken)).status).toBe(401);
  expect((await bench.signInAs(api, { sub: 'guest' })).user.id).toBe(own.user.id);
  expect((await bench.signInAs(api, { sub: 'painter', groups: ['artists'] })).user.id).not.toBe(own.user.id);
});

test('an identity belongs to one account, whoever links it first', async () => {
  await using api = await bench.startWith({ registration: 'nobody' });
  const codes = [
    codeIn((await bench.come(api, { sub: 'wanted' })).text),
    codeIn((await bench.come(api, { sub: 'wanted' })).text),
  ];
  const people = [await api.signUp(), await api.signUp()];
  const links = await Promise.all(codes.map((code, at) => redeem(api, code, people[at]?.accessToken)));
  expect(links.map(({ status }) => status).sort()).toEqual([200, 403]);
});

test('an account of a sign-in is merged into that of a signed-in person', async () => {
  await using api = await bench.startWith({ roles: { staff: 'moderator' } });
  const page = await bench.come(api, { sub: 'merged', groups: ['staff'] });
  const own = await api.signUp();
  expect((await redeem(api, codeIn(page.text), own.accessToken)).body.user.id).toBe(own.user.id);
  const again = await bench.signInAs(api, { sub: 'merged', groups: ['staff'] });
  expect(again.user).toEqual(expect.objectContaining({ id: own.user.id, role: 'moderator' }));
});

test('a second factor is asked for after a sign-in elsewhere, too', async () => {
  await using api = await bench.startWith();
  const { user } = await bench.signInAs(api, { sub: 'cautious' });
  await User.query(platform.db.database).findById(user.id).patch({ secondFactorSince: new Date() });
  const { text } = await bench.come(api, { sub: 'cautious' });
  const answers = [await redeem(api, codeIn(text)), await redeem(api, codeIn(text))];
  expect(answers.map(codeOf)).toEqual(['second-factor-needed', 'unauthenticated']);
  expect(answers[0]?.body).toMatchObject({ ticket: expect.any(String) });
  expect(answers[0]?.body).not.toHaveProperty('accessToken');
});

test('a code is handed to allowed addresses only', async () => {
  await using api = await bench.startWith();
  const allowed = encodeURIComponent(returnUrl);
  const { url } = await bench.come(api, { sub: 'away' }, `?return=${allowed}&state=abc-1`);
  const handed = new URLSearchParams(url.hash.slice(1));
  expect([`${url.origin}${url.pathname}`, url.search, handed.get('state')]).toEqual([returnUrl, '', 'abc-1']);
  expect((await redeem(api, handed.get('code') ?? '')).status).toBe(200);
  const wrong = [
    'https://evil.example/',
    `${returnUrl}/..`,
    `${returnUrl}@evil.example`,
    '//evil.example',
    `${returnUrl}&return=https://evil.example`,
    `${returnUrl}&state=a%0Ab`,
  ];
  for (const one of wrong) {
    const refused = await bench.come(api, { sub: 'away' }, `?return=${one}`);
    expect([one, refused.status, hostOf(refused.url.href)]).toEqual([one, 400, hostOf(api.url)]);
  }
});

test('the console is handed the code without a setting', async () => {
  await using api = await bench.startWith({}, { SIGN_IN_RETURN_URLS: '' });
  const { url } = await bench.come(
    api,
    { sub: 'home' },
    `?return=${encodeURIComponent(`${api.url}/`)}&state=a`,
  );
  expect(url.origin).toBe(api.url);
  const handed = new URLSearchParams(url.hash.slice(1));
  expect((await redeem(api, handed.get('code') ?? '')).status).toBe(200);
});

test('who is blocked or says no gets a page and no code', async () => {
  await using api = await bench.startWith();
  const { user } = await bench.signInAs(api, { sub: 'blocked' });
  const token = await api.signInAsAdmin();
  await api.call(`/api/admin/users/${user.id}`, { token, method: 'PATCH', body: { disabled: true } });
  const page = await bench.come(api, { sub: 'blocked' });
  expect([page.status, codeIn(page.text)]).toEqual([403, '']);
  expect((await bench.come(api, null)).status).toBe(400);
});
