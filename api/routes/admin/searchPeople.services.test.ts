import { Identity } from '@star-graph/core/ground/db/models/user';
import { expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

async function addNamed(provider: string, subject: string, displayName: string | null) {
  const { user } = await api.signUp();
  const { database } = platform.db;
  await Identity.query(database).insert({
    provider,
    subject,
    displayName,
    userId: user.id,
    createdAt: new Date(),
  });
  return user;
}

async function search(text: string, rest = '') {
  const token = await api.signInAsAdmin();
  return (await api.call(`/api/admin/users?search=${encodeURIComponent(text)}${rest}`, { token })).body;
}
const found = async (text: string) => (await search(text)).items.map(({ id }: { id: string }) => id);

test('a person is found by every name of theirs', async () => {
  const issuer = 'https://id.example/realms/main';
  const person = await addNamed(issuer, 'b7c1-Subject', 'Zoë 张三 100%');
  const other = await addNamed('discord', '123456789012345678', 'Zora');
  expect(await found(person.username ?? '')).toEqual([person.id]);
  expect(await found((person.username ?? '').toUpperCase().slice(0, 12))).toEqual([person.id]);
  for (const text of [person.id, 'b7c1-Subject', 'Zoë 张', 'zoe', 'Zoë 张三 100%'])
    expect([text, await found(text)]).toEqual([text, [person.id]]);
  for (const text of ['123456789012345678', 'discord:123456789012345678', 'zora'])
    expect([text, await found(text)]).toEqual([text, [other.id]]);
  expect(await found('zo')).toEqual([other.id, person.id]);
  const [item] = (await search('b7c1-Subject')).items;
  expect(item.identities).toEqual([
    { provider: issuer, subject: 'b7c1-Subject', displayName: 'Zoë 张三 100%' },
  ]);
});

test.each(['%', '_', 'b7c1', "' OR 1=1 -- ", '张三', '12345678901234567'])(
  'a search takes signs as they are, and finds nobody by %s',
  async (text) => {
    expect(await found(text)).toEqual([]);
  },
);

test('a person with several names comes once, and pages follow', async () => {
  const people = [];
  for (let at = 0; at < 5; at++) {
    const user = await addNamed('discord', `20000000000000000${at}`, 'Same Name');
    const again = { provider: 'https://id.example', subject: `same-${at}`, displayName: 'same name too' };
    await Identity.query(platform.db.database).insert({ ...again, userId: user.id, createdAt: new Date() });
    people.unshift(user.id);
  }
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await search('same name', `&limit=2${cursor}`);
    seen.push(...page.items.map(({ id }: { id: string }) => id));
    cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor !== '');
  expect(seen).toEqual(people);
});

test('who is no moderator searches nobody', async () => {
  const { accessToken } = await api.signUp();
  expect((await api.call('/api/admin/users?search=zo', { token: accessToken })).status).toBe(403);
});
