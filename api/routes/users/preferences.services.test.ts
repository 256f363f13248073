import { PreferencesRecord, Preset } from '@star-graph/core/ground/db/models/user';
import { newId } from '@star-graph/core/ground/runtime/ids';
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

test('presets belong to one person, one of the same name gives way, and there is a limit', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const put = (draft: unknown, name = ' the sea ') =>
    api.call('/api/v1/presets', { ...ann, method: 'PUT', body: { workflow: 'text2img', name, draft } });
  const list = async (speaker: Speaker) => (await api.call('/api/v1/presets', { ...speaker })).body.items;
  const first = { values: { prompt: 'a sea' }, tuning: { text2img: { steps: 12 } } };
  const { body: kept } = await put(first);
  expect(kept).toEqual({ id: kept.id, workflow: 'text2img', name: 'the sea', draft: first });
  const second = { values: {}, tuning: {} };
  expect((await put(second)).body).toEqual({ ...kept, draft: second });
  expect(codeOf(await put({ values: { prompt: 'x'.repeat(20_000) }, tuning: {} }))).toBe('invalid-params');
  expect([await list(ann), await list(bob)]).toEqual([[{ ...kept, draft: second }], []]);
  const erase = (speaker: Speaker) =>
    api.call(`/api/v1/presets/${kept.id}`, { ...speaker, method: 'DELETE' });
  expect(codeOf(await erase(bob))).toBe('not-found');
  const { userId } = await Preset.query(platform.db.database).findById(kept.id).throwIfNotFound();
  const many = Array.from({ length: 199 }, (_, at) => {
    return { id: newId(), userId, workflow: 'upscale', name: `${at}`, draft: JSON.stringify(second) };
  });
  await platform.db.database('presets').insert(many);
  expect(codeOf(await put(first, 'another'))).toBe('quota-exceeded');
  expect((await put(first)).status).toBe(200);
  expect((await erase(ann)).status).toBe(204);
  expect(await list(ann)).toHaveLength(199);
});

test('two browsers keep a form together, each value as it was written last, and for their person alone', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const path = '/api/v1/drafts';
  const change = (body: unknown) => api.call(path, { ...ann, method: 'PATCH', body });
  const list = async (speaker: Speaker) => (await api.call(path, { ...speaker })).body.items;
  const workflow = 'text2img';
  await Promise.all([
    change({ workflow, values: { prompt: 'a sea', width: 512 }, tuning: { sdxl: { steps: 20, cfg: 5 } } }),
    change({ workflow, values: { seed: 7 }, tuning: { flux: { steps: 4 } } }),
  ]);
  const next = { values: { prompt: 'a pier', width: null }, tuning: { sdxl: { cfg: null } } };
  const { body: kept } = await change({ workflow, ...next });
  const draft = {
    values: { prompt: 'a pier', seed: 7 },
    tuning: { sdxl: { steps: 20 }, flux: { steps: 4 } },
  };
  expect(kept).toEqual({ workflow, draft, changedAt: expect.any(String) });
  const tooLong = await change({ workflow, values: { negativePrompt: 'x'.repeat(16_000) } });
  expect(codeOf(tooLong)).toBe('invalid-params');
  expect([await list(ann), await list(bob)]).toEqual([[kept], []]);
  // Named again it is the last one, and of more than twenty the one named longest ago gives way.
  for (let at = 0; at < 19; at++) await change({ workflow: `w${at}`, values: { prompt: `${at}` } });
  await change({ workflow });
  await change({ workflow: 'one-more' });
  const names = (await list(ann)).map((one: { workflow: string }) => one.workflow);
  expect(names).toHaveLength(20);
  expect(names.slice(0, 2)).toEqual(['one-more', workflow]);
  expect(names).not.toContain('w0');
});
