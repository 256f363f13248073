import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { addServiceKey } from '../../testing/servers/fixtures.ts';
import { pathOf, type SafetyPerson, safetyFixture } from '../../testing/servers/safetyServer.ts';

const { api, newPerson, newModerator, upload, makeResult, withhold } = safetyFixture();

/** They answer with their own pictures, or end what the others need. */
const isLeftOut = ({ method, path }: RouteSpec) =>
  method === 'delete' || /\/(logout|quarantine|events)\b|\/preview$|\/view$/.test(path);

/** Every other operation, as its owner and as an administrator, with each id in each place. */
async function walk(who: SafetyPerson, admin: string, ids: readonly string[]): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const [id, spec] of Object.entries(routes as Record<string, RouteSpec>)) {
    if (isLeftOut(spec)) continue;
    const token = spec.auth === 'admin' || spec.auth === 'moderator' ? admin : who.token;
    const method = spec.method.toUpperCase();
    const paths = spec.path.includes('{id}') ? ids.map((one) => spec.path.replace('{id}', one)) : [spec.path];
    for (const path of paths) {
      const filled = path.replace('{workflow}', 'text2img').replace(/\{\w+\}/g, '1');
      const call = { token, method, ...(method === 'GET' ? {} : { body: {} }) };
      const { body } = await api.call(filled, call);
      answers.set(id, `${answers.get(id) ?? ''}${JSON.stringify(body ?? '')}`);
    }
  }
  return answers;
}

test('no operation gives a withheld picture, its thumbnail or a link', async () => {
  const [ann, moderator, admin] = [await newPerson(), await newModerator(), await api.signInAsAdmin()];
  const made = await makeResult(ann);
  await api.call(`/api/v1/assets/${made.assetId}/favourite`, { token: ann.token, method: 'PUT' });
  const ids = [made.assetId, made.taskId];
  const keys = [made.asset.storageKey, made.asset.thumbnailKey ?? '-'];
  const givers = (answers: Map<string, string>) =>
    [...answers].filter(([, text]) => keys.some((key) => text.includes(key))).map(([id]) => id);
  // The same walk finds it as long as it is not withheld.
  expect(givers(await walk(ann, admin, ids))).toEqual(
    expect.arrayContaining(
      ['getAsset', 'getAssetUrl', 'keepFavourite', 'listFavourites', 'getTask', 'listTasks'].concat([
        'adminListTasks',
        'adminGetTask',
      ]),
    ),
  );
  expect((await withhold(moderator, made.assetId)).status).toBe(200);
  expect(givers(await walk(ann, admin, ids))).toEqual([]);
});

test('links that were given before end when their picture is withheld', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const { body } = await upload(ann);
  const longer = (await api.call(`/api/v1/assets/${body.id}/url?ttlHours=168`, { token: ann.token })).body;
  const links = [body.url, body.thumbnailUrl, longer.url].map(pathOf);
  for (const link of links) expect((await api.call(link)).status).toBe(200);
  await withhold(moderator, body.id);
  for (const link of links) expect((await api.call(link)).status).toBe(404);
});

test('no workflow takes a withheld picture as its input', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const { id } = (await upload(ann)).body;
  const ask = (path: string) => api.call(path, { token: ann.token, body: { image: id } });
  const quote = '/api/v1/generate/upscale/quote';
  expect((await ask(quote)).status).toBe(200);
  await withhold(moderator, id);
  for (const path of [quote, '/api/v1/generate/upscale']) expect((await ask(path)).status).toBe(404);
});

test('a withheld result takes no star and is in no gallery', async () => {
  const [ann, moderator] = [await newPerson(), await newModerator()];
  const { key } = await addServiceKey(api);
  const { taskId, assetId } = await makeResult(ann);
  const guild = '/api/v1/guilds/420000000000000009';
  const policy = { galleryChannelId: '430000000000000001', galleryStars: 1 };
  await api.call(`${guild}/policy`, { token: key, method: 'PUT', body: policy });
  const place = { channelId: '440000000000000001', messageId: '450000000000000001', ageRestricted: false };
  const star = () =>
    api.call(`${guild}/tasks/${taskId}/star`, {
      token: key,
      headers: actFor(newSnowflake()),
      method: 'PUT',
      body: { index: 0, ...place },
    });
  expect((await star()).status).toBe(200);
  const { items } = (await api.call('/api/v1/gallery', { token: key })).body;
  const entry = items.find((one: { discordGuildId: string }) => guild.endsWith(one.discordGuildId));
  await withhold(moderator, assetId);
  expect((await star()).status).toBe(404);
  const claim = { token: key, body: { ageRestricted: false } };
  expect((await api.call(`/api/v1/gallery/${entry.id}/claim`, claim)).body.work).toBe('none');
});
