import { inTransaction } from '@star-graph/core/ground/db/connect';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Publication } from '@star-graph/core/ground/db/models/publication';
import { Task, type TaskImage } from '@star-graph/core/ground/db/models/task';
import { User } from '@star-graph/core/ground/db/models/user';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { eraseLikes } from '@star-graph/core/library/assets/publications';
import { joinPublications } from '@star-graph/core/people/identity/accounts/joinPublications';
import { requireParent } from '@star-graph/core/work/tasks/accepting/submitTask';
import { mimeByExtension } from '@star-graph/workflows/shared/mediaKinds';
import { styles } from '@star-graph/workflows/shared/styles';
import { describe, expect, test } from 'vitest';
import { newSnowflake } from '../../testing/calls/discord.ts';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { memberFixture } from '../../testing/servers/memberServer.ts';

const { platform, api, makeResult, serviceKey } = memberFixture({});

async function newPerson() {
  const { accessToken: token, user } = await api.signUp();
  const userId: string = user.id;
  const call = (path: string, method = 'GET', body?: object) =>
    api.call(`/api/v1/${path}`, { token, method, ...(body ? { body } : {}) });
  return {
    token,
    userId,
    username: user.username as string,
    call,
    /** What this person sees of another's. */
    sees: async (person: string, rest = '') =>
      (await call(`explore?person=${person}${rest}`)).body.items.map((item: { id: string }) => item.id),
    publish: async (params: Record<string, unknown> = {}, values: Partial<Task> = {}) => {
      const { task, assetId } = await makeResult(userId);
      await Task.query(platform.db.database)
        .findById(task.id)
        .patch({ params, ...values });
      const answer = await call(`assets/${assetId}/publication`, 'PUT');
      return { assetId, taskId: task.id, id: answer.body.id as string, answer };
    },
  };
}

test('a published result is seen by all with prompt and settings, and no picture it was made of', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const [style] = styles;
  const secret = newId();
  const file = { assetId: secret, sha256: 'd'.repeat(64), mime: 'image/png', storageKey: 'k' };
  const image = { ...file, width: 8, height: 8, orientation: 1 } as TaskImage;
  const params = { prompt: `a pier, ${style?.words}`, seed: 7, image: secret, images: [secret] };
  const { id, assetId, taskId, answer } = await ann.publish(params, { images: { image, second: image } });
  expect(answer.status).toBe(200);
  expect((await ann.call(`assets/${assetId}/publication`, 'PUT')).body.id).toBe(id);
  const [item] = (await bob.call(`explore?person=${ann.userId}&style=${style?.name}`)).body.items;
  expect(item).toMatchObject({
    id,
    asset: { id: assetId, task: { id: taskId, prompt: params.prompt } },
    person: { id: ann.userId, name: ann.username },
    style: style?.name,
    likes: 0,
    isLiked: false,
    isOwn: false,
  });
  const detail = (await bob.call(`explore/${id}`)).body;
  expect(detail).toMatchObject({ taskId, workflow: { name: 'text2img' }, isOwn: false });
  expect(detail.params).toEqual({ prompt: params.prompt, seed: 7 });
  expect(JSON.stringify([item, detail])).not.toContain(secret);
  expect((await bob.call(`explore?person=${ann.userId}&style=${styles[1]?.name}`)).body.items).toEqual([]);
  const plain = await ann.publish({ prompt: 'x' });
  expect(await bob.sees(ann.userId)).toEqual([plain.id, id]);
  expect(await bob.sees(ann.userId, '&limit=1')).toEqual([plain.id]);
  for (let time = 0; time < 2; time++)
    expect((await ann.call(`assets/${assetId}/publication`, 'DELETE')).status).toBe(204);
  expect(await bob.sees(ann.userId)).toEqual([plain.id]);
  expect((await ann.call(`assets/${assetId}/publication`)).body).toEqual({});
  expect((await ann.call(`assets/${assetId}`)).status).toBe(200);
});

test('only the owner publishes a result or takes it back, and an upload is none', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const { assetId, id } = await ann.publish();
  for (const method of ['PUT', 'GET', 'DELETE'])
    expect((await bob.call(`assets/${assetId}/publication`, method)).status).toBe(404);
  expect(await bob.sees(ann.userId)).toEqual([id]);
  const upload = (await makeResult(ann.userId)).assetId;
  await Asset.query(platform.db.database).findById(upload).patch({ kind: 'input', taskId: null });
  expect(codeOf(await ann.call(`assets/${upload}/publication`, 'PUT'))).toBe('invalid-params');
});

test('a picture or a film is published, and a sound, a text or a 3D model is not', async () => {
  const ann = await newPerson();
  const tried = async (ending: keyof typeof mimeByExtension) => {
    const { assetId } = await makeResult(ann.userId);
    const storageKey = `outputs/${assetId}.${ending}`;
    await Asset.query(platform.db.database)
      .findById(assetId)
      .patch({ mime: mimeByExtension[ending], storageKey });
    return codeOf(await ann.call(`assets/${assetId}/publication`, 'PUT'));
  };
  for (const ending of ['mp3', 'txt', 'glb'] as const)
    expect([ending, await tried(ending)]).toEqual([ending, 'invalid-params']);
  expect(await ann.sees(ann.userId)).toEqual([]);
  for (const ending of ['png', 'mp4'] as const)
    expect([ending, await tried(ending)]).toEqual([ending, undefined]);
  expect(await ann.sees(ann.userId)).toHaveLength(2);
});

test('no key publishes what its person never showed, and each may take it back', async () => {
  const ann = await newPerson();
  const { assetId } = await makeResult(ann.userId);
  const made = { token: ann.token, body: { name: 'a program' } };
  const { key } = (await api.call('/api/v1/users/api-keys', made)).body;
  const publication = `/api/v1/assets/${assetId}/publication`;
  expect(codeOf(await api.call(publication, { token: key, method: 'PUT' }))).toBe('forbidden');
  expect((await api.call(publication, { token: key })).body).toEqual({});
  expect((await ann.call(`assets/${assetId}/publication`, 'PUT')).status).toBe(200);
  expect((await api.call(publication, { token: key, method: 'DELETE' })).status).toBe(204);
  expect(await ann.sees(ann.userId)).toEqual([]);
});

test('what is deleted or withheld, or whose owner is blocked, is neither seen, liked nor remixed', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const { database } = platform.db;
  const { assetId, id, taskId } = await ann.publish();
  const mayRemix = () =>
    requireParent(database, bob.userId, taskId).then(
      () => true,
      () => false,
    );
  expect([await bob.sees(ann.userId), await mayRemix()]).toEqual([[id], true]);
  const asset = () => Asset.query(database).findById(assetId);
  const owner = () => User.query(database).findById(ann.userId);
  for (const [hide, show] of [
    [() => asset().patch({ deletedAt: new Date() }), () => asset().patch({ deletedAt: null })],
    [() => asset().patch({ quarantinedAt: new Date() }), () => asset().patch({ quarantinedAt: null })],
    [() => owner().patch({ disabledAt: new Date() }), () => owner().patch({ disabledAt: null })],
  ] as const) {
    await hide();
    expect(await bob.sees(ann.userId)).toEqual([]);
    expect((await bob.call(`explore/${id}`)).status).toBe(404);
    expect((await bob.call(`explore/${id}/like`, 'PUT')).status).toBe(404);
    expect(await mayRemix()).toBe(false);
    await show();
  }
  expect([await bob.sees(ann.userId), await mayRemix()]).toEqual([[id], true]);
  expect((await bob.call('reports', 'POST', { assetId, reason: 'other' })).status).toBe(201);
  await ann.call(`assets/${assetId}/publication`, 'DELETE');
  expect(await mayRemix()).toBe(false);
});

test('a like counts once a person, also of many at once, and none is for one’s own', async () => {
  const [ann, bob, eve] = [await newPerson(), await newPerson(), await newPerson()];
  const { id } = await ann.publish();
  const like = (who: typeof ann, method: string) => who.call(`explore/${id}/like`, method);
  const likes = async () => (await Publication.query(platform.db.database).findById(id))?.likes;
  expect(codeOf(await like(ann, 'PUT'))).toBe('forbidden');
  const answers = await Promise.all([bob, bob, eve, bob, eve].map((who) => like(who, 'PUT')));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(await likes()).toBe(2);
  expect((await bob.call(`explore/${id}`)).body).toMatchObject({ likes: 2, isLiked: true });
  await Promise.all([like(bob, 'DELETE'), like(bob, 'DELETE')]);
  expect((await bob.call(`explore/${id}`)).body).toMatchObject({ likes: 1, isLiked: false });
  await eraseLikes(platform.db.database, eve.userId);
  expect(await likes()).toBe(0);
});

test('joined accounts like a picture once, and none of their own', async () => {
  const [ann, bob, eve] = [await newPerson(), await newPerson(), await newPerson()];
  const { database } = platform.db;
  const [anns, bobs, eves] = [await ann.publish(), await bob.publish(), await eve.publish()];
  for (const [who, id] of [
    [bob, anns.id],
    [ann, bobs.id],
    [ann, eves.id],
    [bob, eves.id],
    [eve, anns.id],
  ] as const)
    expect((await who.call(`explore/${id}/like`, 'PUT')).status).toBe(200);
  await inTransaction(database, (trx) => joinPublications(trx, bob.userId, ann.userId));
  const rows = await Publication.query(database).findByIds([anns.id, bobs.id, eves.id]).orderBy('id');
  expect(rows.map(({ userId, likes }) => [userId, likes])).toEqual([
    [ann.userId, 1],
    [ann.userId, 0],
    [eve.userId, 1],
  ]);
  expect(await database('publication_likes').where({ userId: bob.userId })).toEqual([]);
});

test('while it is closed nobody sees or publishes anything, and everybody may take back', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const { assetId, id } = await ann.publish();
  const admin = await api.signInAsAdmin();
  const set = async (value: string) => {
    const { version } = (await api.call('/api/admin/settings', { token: admin })).body;
    const body = { version, values: { EXPLORE: value } };
    expect((await api.call('/api/admin/settings', { token: admin, method: 'PATCH', body })).status).toBe(200);
  };
  expect((await api.call('/api/public/status')).body.explore).toBe(true);
  await set('off');
  const closed = [
    bob.call('explore'),
    bob.call('explore/communities'),
    bob.call(`explore/${id}`),
    bob.call(`explore/${id}/like`, 'PUT'),
    bob.call('explore/pairs', 'POST', {}),
    bob.call(`explore/pairs/${id}`, 'PUT', { better: null }),
    ann.call(`assets/${assetId}/publication`, 'PUT'),
  ];
  for (const answer of await Promise.all(closed)) expect(codeOf(answer)).toBe('forbidden');
  expect((await api.call('/api/public/status')).body.explore).toBe(false);
  expect((await ann.call(`assets/${assetId}/publication`)).body.publication.id).toBe(id);
  expect((await ann.call(`assets/${assetId}/publication`, 'DELETE')).status).toBe(204);
  await set('on');
  expect(await bob.sees(ann.userId)).toEqual([]);
});

test('Explore shows a server’s gallery only under the name that its managers gave it', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const [inGallery, other] = [await ann.publish(), await ann.publish()];
  const { database } = platform.db;
  const guildId = newSnowflake();
  const path = `/api/v1/guilds/${guildId}/policy`;
  const setPolicy = (body: object) => api.call(path, { token: serviceKey.key, method: 'PUT', body });
  const open = { galleryChannelId: '430000000000000001', exploreName: '  Harbour 港口 ' };
  await setPolicy(open);
  const entry = {
    id: newId(),
    guildId,
    assetId: inGallery.assetId,
    taskId: inGallery.taskId,
    state: 'posted',
    sourceChannelId: '440000000000000001',
    sourceMessageId: '450000000000000001',
    createdAt: new Date(),
  };
  await database('gallery_entries').insert(entry);
  const filter = `&community=${guildId}`;
  const listed = async () =>
    (await bob.call('explore/communities')).body.communities.filter(
      ({ id }: { id: string }) => id === guildId,
    );
  const community = { id: guildId, name: 'Harbour 港口' };
  const isShown = async () => [await bob.sees(ann.userId, filter), await listed()];
  expect(await isShown()).toEqual([[inGallery.id], [community]]);
  expect((await bob.call(`explore/${inGallery.id}`)).body.community).toEqual(community);
  expect((await bob.call(`explore/${other.id}`)).body.community).toBeUndefined();
  expect(await bob.sees(ann.userId, `&community=${newSnowflake()}`)).toEqual([]);
  const { exploreName, galleryChannelId } = open;
  for (const closed of [{ galleryChannelId }, { exploreName }, { ...open, enabled: false }]) {
    await setPolicy(closed);
    expect(await isShown()).toEqual([[], []]);
    expect((await bob.call(`explore/${inGallery.id}`)).body.community).toBeUndefined();
  }
  await setPolicy(open);
  const change = (values: object) => database('gallery_entries').where({ id: entry.id }).update(values);
  for (const gone of [{ state: 'closed' }, { removedAt: new Date() }]) {
    await change(gone);
    expect(await isShown()).toEqual([[], [community]]);
    await change({ state: 'posted', removedAt: null });
  }
  // What is in a gallery and was not published stays out of Explore.
  await ann.call(`assets/${inGallery.assetId}/publication`, 'DELETE');
  expect(await bob.sees(ann.userId, filter)).toEqual([]);
  expect(await bob.sees(ann.userId)).toEqual([other.id]);
});

describe('pairs', () => {
  const enter = (guildId: string, { assetId, taskId }: { assetId: string; taskId: string }, more = {}) => {
    const source = { sourceChannelId: '440000000000000001', sourceMessageId: '450000000000000001' };
    const entry = { id: newId(), guildId, assetId, taskId, state: 'posted', createdAt: new Date() };
    return platform.db.database('gallery_entries').insert({ ...entry, ...source, ...more });
  };
  /** A community of its own, so that no other test’s pictures are offered. */
  async function newCommunity() {
    const guildId = newSnowflake();
    const put = async (body: object) => {
      const path = `/api/v1/guilds/${guildId}/policy`;
      expect((await api.call(path, { token: serviceKey.key, method: 'PUT', body })).status).toBe(200);
    };
    await put({ galleryChannelId: '430000000000000001', exploreName: 'Harbour' });
    return { guildId, close: () => put({ galleryChannelId: '430000000000000001' }) };
  }
  type Person = Awaited<ReturnType<typeof newPerson>>;
  const offer = async (who: Person, community: string, generalOnly = false) =>
    (await who.call('explore/pairs', 'POST', { community, generalOnly })).body.pair as
      | { id: string; first: { id: string }; second: { id: string } }
      | undefined;
  const answer = (who: Person, pairId: string, better: string | null) =>
    who.call(`explore/pairs/${pairId}`, 'PUT', { better });
  const read = async (ids: string[]) => {
    const rows = await Publication.query(platform.db.database).findByIds(ids).orderBy('id');
    return rows.map(({ rating, comparisons }) => [rating, comparisons]);
  };
  const ratings = (ids: string[]) => read(ids.toSorted());

  test('an answer about a pair counts once, also of many at once, and leads to the order of the best', async () => {
    const [ann, bob, eve] = [await newPerson(), await newPerson(), await newPerson()];
    const { guildId } = await newCommunity();
    const [one, two] = [await ann.publish(), await ann.publish()];
    for (const shown of [one, two]) await enter(guildId, shown);
    const pair = await offer(bob, guildId);
    if (!pair) throw new Error('no pair');
    expect([pair.first.id, pair.second.id].toSorted()).toEqual([one.id, two.id].toSorted());
    // Until it is answered it is the same.
    expect((await offer(bob, guildId))?.id).toBe(pair.id);
    expect(await offer(ann, guildId)).toBeUndefined();
    for (const refused of [await answer(eve, pair.id, one.id), await answer(bob, newId(), one.id)])
      expect(codeOf(refused)).toBe('not-found');
    expect(codeOf(await answer(bob, pair.id, newId()))).toBe('invalid-params');
    expect(await ratings([one.id, two.id])).toEqual([
      [1_500, 0],
      [1_500, 0],
    ]);
    const answers = await Promise.all([one, one, two, one].map(({ id }) => answer(bob, pair.id, id)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const said = new Set(answers.map(({ body }) => body.better));
    expect(said.size).toBe(1);
    const [better = ''] = said;
    const worse = better === one.id ? two.id : one.id;
    expect(await read([better])).toEqual([[1_516, 1]]);
    expect(await read([worse])).toEqual([[1_484, 1]]);
    expect((await answer(bob, pair.id, worse)).body.better).toBe(better);
    expect(await offer(bob, guildId)).toBeUndefined();
    const best = `&order=best`;
    expect(await bob.sees(ann.userId, best)).toEqual([better, worse]);
    const [first] = (await bob.call(`explore?person=${ann.userId}${best}&limit=1`)).body.items;
    const { nextCursor } = (await bob.call(`explore?person=${ann.userId}${best}&limit=1`)).body;
    expect(first.id).toBe(better);
    expect(await bob.sees(ann.userId, `${best}&cursor=${nextCursor}`)).toEqual([worse]);
    expect(await bob.sees(ann.userId)).toEqual([two.id, one.id]);
    // Neither: it is not asked again, and nothing moves.
    const skipped = await offer(eve, guildId);
    expect((await answer(eve, skipped?.id ?? '', null)).body).toEqual({ better: null });
    expect(await offer(eve, guildId)).toBeUndefined();
    expect(await read([better, worse])).toContainEqual([1_516, 1]);
  });

  test('a pair holds nothing that is hidden, closed, of adults or a film, not even when it was offered before', async () => {
    const [ann, bob] = [await newPerson(), await newPerson()];
    const { guildId, close } = await newCommunity();
    const [one, two, film] = [await ann.publish(), await ann.publish(), await ann.publish()];
    await Asset.query(platform.db.database).findById(film.assetId).patch({ mime: 'video/mp4' });
    for (const shown of [one, film]) await enter(guildId, shown);
    await enter(guildId, two, { ageRestricted: true });
    expect(await offer(bob, guildId, true)).toBeUndefined();
    const pair = await offer(bob, guildId);
    if (!pair) throw new Error('no pair');
    expect(await offer(bob, guildId, true)).toBeUndefined();
    const again = await newPerson();
    const open = await offer(again, guildId);
    const hide = (values: Partial<Asset>) =>
      Asset.query(platform.db.database).findById(two.assetId).patch(values);
    for (const [hidden, shown] of [
      [{ quarantinedAt: new Date() }, { quarantinedAt: null }],
      [{ deletedAt: new Date() }, { deletedAt: null }],
    ] as const) {
      await hide(hidden);
      expect(codeOf(await answer(again, open?.id ?? '', one.id))).toBe('not-found');
      expect(await offer(await newPerson(), guildId)).toBeUndefined();
      await hide(shown);
    }
    await close();
    expect(codeOf(await answer(again, open?.id ?? '', one.id))).toBe('not-found');
    expect(await offer(await newPerson(), guildId)).toBeUndefined();
    expect(await ratings([one.id, two.id])).toEqual([
      [1_500, 0],
      [1_500, 0],
    ]);
  });

  test('a person is asked about a hundred pairs a day', async () => {
    const [ann, bob] = [await newPerson(), await newPerson()];
    const { guildId } = await newCommunity();
    const [one, two] = [await ann.publish(), await ann.publish()];
    for (const shown of [one, two]) await enter(guildId, shown);
    await inTransaction(platform.db.database, async (trx) => {
      await trx.raw('SET foreign_key_checks = 0');
      const asked = { userId: bob.userId, secondId: one.id, createdAt: new Date(), answeredAt: new Date() };
      const rows = Array.from({ length: 100 }, () => ({ id: newId(), firstId: newId(), ...asked }));
      await trx('publication_pairs').insert(rows);
      await trx.raw('SET foreign_key_checks = 1');
    });
    const refused = await bob.call('explore/pairs', 'POST', { community: guildId });
    expect(codeOf(refused)).toBe('quota-exceeded');
    const yesterday = new Date(Date.now() - 86_400_000);
    await platform.db
      .database('publication_pairs')
      .where({ userId: bob.userId })
      .update({ createdAt: yesterday });
    expect(await offer(bob, guildId)).toBeDefined();
  });
});
