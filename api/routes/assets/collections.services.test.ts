import { inTransaction } from '@star-graph/core/ground/db/connect';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Collection, CollectionAsset } from '@star-graph/core/ground/db/models/collection';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { listTagsOf } from '@star-graph/core/library/assets/tags';
import { joinCollections } from '@star-graph/core/people/identity/accounts/joinCollections';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { memberFixture } from '../../testing/servers/memberServer.ts';

const { platform, api, makeResult } = memberFixture({});

async function newPerson() {
  const { accessToken: token, user } = await api.signUp();
  const userId: string = user.id;
  const call = (path: string, method: string, body?: object) =>
    api.call(`/api/v1/${path}`, { token, method, ...(body ? { body } : {}) });
  return {
    userId,
    call,
    create: (name: string, parentId?: string) =>
      call('collections', 'POST', { name, ...(parentId !== undefined && { parentId }) }),
    move: (id: string, parentId: string | null, version: number) =>
      call(`collections/${id}/parent`, 'PUT', { parentId, version }),
    add: (id: string, ids: string[]) => call(`collections/${id}/additions`, 'POST', { ids }),
    take: (id: string, ids: string[]) => call(`collections/${id}/removals`, 'POST', { ids }),
    list: async () => (await call('collections', 'GET')).body.items,
    content: async (id: string, limit = 200) =>
      (await call(`assets?collection=${id}&limit=${limit}`, 'GET')).body.items.map(
        (item: { id: string }) => item.id,
      ),
    picture: async () => (await makeResult(userId)).assetId,
  };
}

test('a collection is made once a name, and renamed by its version', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const made = await ann.create(' foxes 🦊 ');
  expect([made.status, made.body]).toMatchObject([201, { name: 'foxes 🦊', version: 1, count: 0 }]);
  const again = await ann.create('foxes 🦊');
  expect([again.status, again.body.id]).toEqual([200, made.body.id]);
  // Letter by letter: neither the other animal nor the other person's is the same.
  for (const other of [await ann.create('foxes 🐻'), await bob.create('foxes 🦊')])
    expect(other.status).toBe(201);
  const rename = (name: string, version: number) =>
    ann.call(`collections/${made.body.id}`, 'PATCH', { name, version });
  for (let time = 0; time < 2; time++)
    expect((await rename('red foxes', 1)).body).toMatchObject({ name: 'red foxes', version: 2 });
  expect(codeOf(await rename('grey foxes', 1))).toBe('changed-meanwhile');
  const taken = await rename('foxes 🐻', 2);
  expect([codeOf(taken), taken.body.errors[0].pointer]).toEqual(['invalid-params', '/name']);
  expect((await ann.list()).map(({ name }: { name: string }) => name)).toEqual(['foxes 🐻', 'red foxes']);
  for (const status of [204, 404])
    expect((await ann.call(`collections/${made.body.id}`, 'DELETE')).status).toBe(status);
});

test('collections lie in each other, five deep and in no circle, also by moves at the same time', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push((await ann.create(name, ids.at(-1))).body.id);
  const [a = '', b = '', c = '', d = '', e = ''] = ids;
  const deep = await ann.create('f', e);
  expect([codeOf(deep), deep.body.errors[0].pointer]).toEqual(['invalid-params', '/parentId']);
  // The same name in another place is another one.
  const other = (await ann.create('b')).body;
  expect([other.id === b, other.parentId]).toEqual([false, undefined]);
  expect((await ann.create('b', a)).body).toMatchObject({ id: b, parentId: a });
  for (const parentId of [a, c, e]) expect(codeOf(await ann.move(a, parentId, 1))).toBe('invalid-params');
  expect(codeOf(await ann.move(other.id, e, 1))).toBe('invalid-params');
  for (let time = 0; time < 2; time++)
    expect((await ann.move(c, null, 1)).body).toMatchObject({ id: c, version: 2 });
  expect(codeOf(await ann.move(c, a, 1))).toBe('changed-meanwhile');
  expect(codeOf(await ann.move(other.id, a, 1))).toBe('invalid-params');
  // Each alone is right; together they would be a circle.
  const both = await Promise.all([ann.move(a, c, 1), ann.move(c, a, 2)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 422]);
  const bobs = (await bob.create('mine')).body.id;
  for (const refused of [
    await bob.move(a, bobs, 1),
    await bob.move(bobs, a, 1),
    await bob.create('x', a),
    await bob.move(bobs, newId(), 1),
  ])
    expect(refused.status).toBe(404);
  await ann.add(d, [await ann.picture()]);
  expect((await ann.call(`collections/${c}`, 'DELETE')).status).toBe(204);
  const left = (await ann.list()).map(({ id }: { id: string }) => id);
  expect([left.includes(d), left.includes(other.id), (await bob.list()).length]).toEqual([false, true, 1]);
});

test('pictures are put in and taken out, however often it is sent', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const ids = [await ann.picture(), await ann.picture(), await ann.picture()];
  const [first = '', second = '', third = ''] = ids;
  const { id } = (await ann.create('foxes')).body;
  for (let time = 0; time < 2; time++)
    expect((await ann.add(id, [...ids, newId()])).body).toMatchObject({ count: 3, cover: { id: third } });
  expect(await ann.content(id)).toEqual([third, second, first]);
  expect(await ann.content(id, 1)).toEqual([third]);
  for (let time = 0; time < 2; time++)
    expect((await ann.take(id, [third])).body).toMatchObject({ count: 2, cover: { id: second } });
  expect((await ann.call(`assets/${third}`, 'GET')).status).toBe(200);
  await ann.call(`collections/${id}`, 'DELETE');
  expect((await ann.call(`assets/${first}`, 'GET')).status).toBe(200);
  expect(await ann.content(id)).toEqual([]);
  expect(await CollectionAsset.query(platform.db.database).where({ collectionId: id })).toEqual([]);
  const own = (await bob.create('stolen')).body.id;
  expect((await bob.add(own, ids)).body.count).toBe(0);
});

test('nobody reads or changes another person’s collection', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const { id } = (await ann.create('foxes')).body;
  await ann.add(id, [await ann.picture()]);
  const own = await bob.picture();
  expect([(await bob.add(id, [own])).status, (await bob.take(id, [own])).status]).toEqual([404, 404]);
  expect(await bob.content(id)).toEqual([]);
  expect((await bob.call(`collections/${id}`, 'PATCH', { name: 'mine', version: 1 })).status).toBe(404);
  expect(await ann.list()).toMatchObject([{ id, name: 'foxes', count: 1 }]);
});

test('what is deleted or withheld leaves a collection until it is back', async () => {
  const ann = await newPerson();
  const [kept, hidden] = [await ann.picture(), await ann.picture()];
  const { id } = (await ann.create('foxes')).body;
  await ann.add(id, [kept, hidden]);
  const rows = () => Asset.query(platform.db.database).findById(hidden);
  for (const state of ['deletedAt', 'quarantinedAt'] as const) {
    await rows().patch({ [state]: new Date() });
    expect(await ann.list()).toMatchObject([{ count: 1, cover: { id: kept } }]);
    expect(await ann.content(id)).toEqual([kept]);
    await ann.take(id, [hidden]);
    expect((await ann.add(id, [hidden])).body.count).toBe(1);
    await rows().patch({ [state]: null });
    expect((await ann.add(id, [hidden])).body.count).toBe(2);
  }
  await rows().patch({ deletedAt: new Date() });
  await rows().patch({ deletedAt: null });
  expect(await ann.content(id)).toEqual([hidden, kept]);
});

test('collections are bounded, also by requests at the same time', async () => {
  const ann = await newPerson();
  const { database } = platform.db;
  const rows = Array.from({ length: 199 }, (_, n) => ({
    id: newId(),
    userId: ann.userId,
    name: `number ${n}`,
    createdAt: new Date(),
  }));
  await database('collections').insert(rows);
  const answers = await Promise.all(['a', 'b', 'c'].map((name) => ann.create(name)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 429, 429]);
  const { assetId } = await makeResult(ann.userId);
  const asset = await database('assets').where({ id: assetId }).first();
  const copies = Array.from({ length: 1_001 }, () => ({ ...asset, id: newId() }));
  await database.batchInsert('assets', copies, 500);
  const id = rows[0]?.id ?? '';
  const content = copies.slice(0, 999).map((copy) => ({ collectionId: id, assetId: copy.id }));
  await database.batchInsert('collection_assets', content, 500);
  const [last = '', tooMany = ''] = copies.slice(999).map((copy) => copy.id);
  expect(codeOf(await ann.add(id, [last, tooMany]))).toBe('quota-exceeded');
  expect((await ann.add(id, [last])).body.count).toBe(1_000);
  expect(codeOf(await ann.add(id, [tooMany]))).toBe('quota-exceeded');
});

test('tags are put on and taken off, however often it is sent, and go with their last picture', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const [first, second, bobs] = [await ann.picture(), await ann.picture(), await bob.picture()];
  const change = (ids: string[], body: object) => ann.call('assets/tags', 'POST', { ids, ...body });
  const tagged = async (tag: string, rest = '') =>
    (await ann.call(`assets?tag=${encodeURIComponent(tag)}${rest}`, 'GET')).body.items.map(
      (item: { id: string }) => item.id,
    );
  for (let time = 0; time < 2; time++)
    expect(
      (await change([first, second, bobs, newId()], { add: ['  Red   FOX', '雪', 'red fox'] })).body,
    ).toEqual({
      ids: [first, second],
    });
  expect((await ann.call('tags', 'GET')).body.tags).toEqual(['red fox', '雪']);
  expect((await ann.call(`assets/${first}/tags`, 'GET')).body.tags).toEqual(['red fox', '雪']);
  expect(await tagged('RED fox')).toEqual([second, first]);
  expect(await tagged('red fox', '&limit=1')).toEqual([second]);
  expect(await tagged('none')).toEqual([]);
  const { id } = (await ann.create('winter')).body;
  await ann.add(id, [first]);
  expect(await tagged('雪', `&collection=${id}`)).toEqual([first]);
  expect((await bob.call('tags', 'GET')).body.tags).toEqual([]);
  expect((await bob.call('assets?tag=雪', 'GET')).body.items).toEqual([]);
  expect((await bob.call(`assets/${first}/tags`, 'GET')).status).toBe(404);
  await change([first], { remove: ['雪'] });
  expect((await ann.call('tags', 'GET')).body.tags).toEqual(['red fox', '雪']);
  for (let time = 0; time < 2; time++) await change([second, first], { remove: ['雪'], add: ['ice'] });
  expect((await ann.call('tags', 'GET')).body.tags).toEqual(['ice', 'red fox']);
  for (const add of [[''], ['x'.repeat(51)], Array.from({ length: 51 }, (_, n) => `t${n}`)])
    expect((await change([first], { add })).status).toBe(422);
});

test('tags are bounded a picture and a person, and words that no picture has take no place', async () => {
  const ann = await newPerson();
  const { database } = platform.db;
  const [one, other] = [await ann.picture(), await ann.picture()];
  const put = (id: string, add: string[]) => ann.call('assets/tags', 'POST', { ids: [id], add });
  const many = (count: number, start: string) => Array.from({ length: count }, (_, n) => `${start}${n}`);
  expect((await put(one, many(50, 'a'))).status).toBe(200);
  expect(codeOf(await put(one, ['one more']))).toBe('quota-exceeded');
  expect((await ann.call('tags', 'GET')).body.tags).toHaveLength(50);
  const rows = many(950, 'b').map((name) => ({ id: newId(), userId: ann.userId, name }));
  await database('tags').insert(rows);
  const asset = await database('assets').where({ id: other }).first();
  const copies = rows.map(() => ({ ...asset, id: newId() }));
  await database.batchInsert('assets', copies, 500);
  await database('asset_tags').insert(rows.map(({ id }, n) => ({ tagId: id, assetId: copies[n]?.id })));
  const answers = await Promise.all(['x', 'y'].map((name) => put(other, [name])));
  expect(answers.map(codeOf)).toEqual(['quota-exceeded', 'quota-exceeded']);
  expect((await put(other, ['b7', 'a1'])).status).toBe(200);
  await database('assets').where({ id: copies[0]?.id }).delete();
  expect((await put(other, ['x'])).status).toBe(200);
  expect((await ann.call('tags', 'GET')).body.tags).not.toContain('b0');
  expect(codeOf(await put(other, ['y']))).toBe('quota-exceeded');
});

test('joined accounts have the collections and tags of both, one of each name', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const [annsFox, bobsFox] = [await ann.picture(), await bob.picture()];
  const into = (await ann.create('foxes')).body.id;
  const from = (await bob.create('foxes')).body.id;
  await ann.add(into, [annsFox]);
  await bob.add(from, [bobsFox]);
  const bears = (await bob.create('bears')).body.id;
  // In a place that both have they meet, and what only one has moves there whole.
  const annsCubs = (await ann.create('cubs', into)).body.id;
  await bob.add((await bob.create('cubs', from)).body.id, [bobsFox]);
  const dens = (await bob.create('dens', from)).body.id;
  const bearCubs = (await bob.create('cubs', bears)).body.id;
  await ann.call('assets/tags', 'POST', { ids: [annsFox], add: ['red'] });
  await bob.call('assets/tags', 'POST', { ids: [bobsFox], add: ['red', 'small'] });
  const { database } = platform.db;
  await inTransaction(database, (trx) => joinCollections(trx, bob.userId, ann.userId));
  const joined = await Collection.query(database).where({ userId: ann.userId }).orderBy('name');
  expect(joined.map(({ id, name, parentId }) => [id, name, parentId]).toSorted()).toEqual(
    [
      [into, 'foxes', null],
      [annsCubs, 'cubs', into],
      [dens, 'dens', into],
      [bears, 'bears', null],
      [bearCubs, 'cubs', bears],
    ].toSorted(),
  );
  expect((await CollectionAsset.query(database).where({ collectionId: annsCubs })).length).toBe(1);
  const content = await CollectionAsset.query(database).where({ collectionId: into }).orderBy('assetId');
  expect(content.map(({ assetId }) => assetId)).toEqual([annsFox, bobsFox]);
  expect(await bob.list()).toEqual([]);
  const tagsOf = async (asset: string) => listTagsOf(database, asset);
  expect([await tagsOf(annsFox), await tagsOf(bobsFox)]).toEqual([['red'], ['red', 'small']]);
  expect((await ann.call('tags', 'GET')).body.tags).toEqual(['red', 'small']);
});
