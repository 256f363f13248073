import { PreferencesRecord } from '@star-graph/core/ground/db/models/user';
import { expect, test } from 'vitest';
import { actFor } from '../../testing/calls/discord.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, platformFixture, serviceKeyFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
const serviceKey = serviceKeyFixture(api);

interface Speaker {
  token: string;
  headers?: Record<string, string>;
}
const path = '/api/v1/users/preferences';
const change = (speaker: Speaker, body: unknown) => api.call(path, { ...speaker, method: 'PATCH', body });
const read = async (speaker: Speaker) => (await api.call(path, { ...speaker })).body;
const asDiscord = (person: string): Speaker => ({
  token: serviceKey.key,
  headers: actFor(person),
});
const newPerson = async (): Promise<Speaker> => ({ token: (await api.signUp()).accessToken });

test('preferences keep earlier values, forget null ones, and belong to one person', async () => {
  const [ann, bob] = [asDiscord('200000000000000001'), await newPerson()];
  expect(await read(ann)).toEqual({});
  const size = { width: 512, height: 768 };
  await change(ann, { model: 'a.safetensors', size });
  const changed = await change(ann, { negativePrompt: 'rain', size: null, pingWhenDone: true });
  expect([changed.status, changed.body]).toEqual([
    200,
    { model: 'a.safetensors', negativePrompt: 'rain', pingWhenDone: true },
  ]);
  expect(await read(ann)).toEqual(changed.body);
  expect(await read(bob)).toEqual({});
});

test('changes at the same time are all kept, the first ones too', async () => {
  const changes = [
    { model: 'a' },
    { negativePrompt: 'rain' },
    { pingWhenDone: false },
    { size: { width: 512, height: 512 } },
  ];
  const people = await Promise.all(Array.from({ length: 10 }, newPerson));
  const answers = await Promise.all(people.flatMap((ann) => changes.map((one) => change(ann, one))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  for (const ann of people) expect(await read(ann)).toEqual(Object.assign({}, ...changes));
});

test.each([
  { size: { width: 2048, height: 2048 } },
  { size: { width: 513, height: 512 } },
  { size: { width: 512 } },
  { model: '' },
  { negativePrompt: 'x'.repeat(1_001) },
  { steps: 4 },
])('what is no preference is refused and changes nothing: %j', async (body) => {
  const ann = await newPerson();
  const answer = await change(ann, body);
  expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-params']);
  expect(await read(ann)).toEqual({});
});

test('are for people alone', async () => {
  expect((await api.call(path)).status).toBe(401);
  expect((await api.call(path, { token: serviceKey.key })).status).toBe(403);
});

test('joined accounts keep the survivor’s preferences, else the other’s', async () => {
  for (const [own, expected] of [
    [{ model: 'mine' }, { model: 'mine' }],
    [undefined, { model: 'theirs', pingWhenDone: true }],
  ] as const) {
    const discord = asDiscord(own ? '200000000000000002' : '200000000000000003');
    const ann = await newPerson();
    await change(discord, { model: 'theirs', pingWhenDone: true });
    if (own) await change(ann, own);
    const { code } = (await api.call('/api/v1/users/link-codes', { ...discord, method: 'POST' })).body;
    expect((await api.call('/api/v1/auth/link', { ...ann, body: { code } })).status).toBe(200);
    expect(await read(ann)).toEqual(expected);
    expect(await read(discord)).toEqual(expected);
  }
  expect(
    await PreferencesRecord.query(platform.db.database).whereNotIn('userId', (q) => {
      q.select('id').from('users').whereNull('disabledAt');
    }),
  ).toEqual([]);
});
