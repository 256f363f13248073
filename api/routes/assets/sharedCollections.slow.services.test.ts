import { inTransaction } from '@star-graph/core/ground/db/connect';
import { Collection } from '@star-graph/core/ground/db/models/collection';
import { Task } from '@star-graph/core/ground/db/models/task';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { joinCollections } from '@star-graph/core/people/identity/accounts/joinCollections';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { memberFixture } from '../../testing/servers/memberServer.ts';

const { platform, api, makeResult } = memberFixture({});

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
    picture: async () => (await makeResult(userId)).assetId,
    create: async (name: string): Promise<string> => (await call('collections', 'POST', { name })).body.id,
    add: (id: string, ids: string[]) => call(`collections/${id}/additions`, 'POST', { ids }),
    take: (id: string, ids: string[]) => call(`collections/${id}/removals`, 'POST', { ids }),
    invite: async (id: string, role = 'see', uses = 10) => {
      const { body } = await call(`collections/${id}/links`, 'POST', { role, uses });
      return { id: body.id as string, token: new URL(body.url).hash.slice(1) };
    },
    preview: (link: string) => call('collection-links/preview', 'POST', { token: link }),
    join: (link: string) => call('shared-collections', 'POST', { token: link }),
    /** What everybody has put in, as this person sees it. */
    sees: async (id: string) =>
      (await call(`collections/${id}/assets`)).body.items?.map((item: { id: string }) => item.id),
  };
}
type Person = Awaited<ReturnType<typeof newPerson>>;

/** A collection of the first person's, with members of these roles. */
async function shareCollection(...roles: string[]) {
  const owner = await newPerson();
  const id = await owner.create('trip');
  const members: Person[] = [];
  for (const role of roles) {
    const member = await newPerson();
    await member.join((await owner.invite(id, role)).token);
    members.push(member);
  }
  return { id, owner, members };
}

test('whoever opens a link is a member once, until it is used up, has ended or is withdrawn', async () => {
  const { id, owner } = await shareCollection();
  const [bob, cid, dan] = [await newPerson(), await newPerson(), await newPerson()];
  const { token } = await owner.invite(id, 'add', 1);
  const { database } = platform.db;
  expect((await bob.preview(token)).body).toMatchObject({
    id,
    name: 'trip',
    owner: { name: owner.username },
    role: 'add',
    count: 0,
    isIn: false,
  });
  expect(await database('collection_members').where({ collectionId: id })).toEqual([]);
  // Two want the last place at once; whoever got it comes by the same link again.
  const both = await Promise.all([bob.join(token), cid.join(token)]);
  expect(both.map(({ status }) => status).sort()).toEqual([201, 404]);
  const [first, other] = both[0]?.status === 201 ? [bob, cid] : [cid, bob];
  const again = await first.join(token);
  expect([again.status, again.body]).toMatchObject([200, { id, role: 'add', members: 1 }]);
  const wider = await owner.invite(id, 'edit');
  expect((await first.join(wider.token)).body.role).toBe('add');
  expect((await owner.join(wider.token)).body.role).toBe('owner');
  const links = async () => (await owner.call(`collections/${id}/links`)).body.links;
  expect(await links()).toMatchObject([{ id: wider.id, role: 'edit', uses: 10, used: 0 }]);
  expect((await other.call(`collection-links/${wider.id}`, 'DELETE')).status).toBe(404);
  for (const status of [204, 404])
    expect((await owner.call(`collection-links/${wider.id}`, 'DELETE')).status).toBe(status);
  const ending = await owner.invite(id);
  await database('collection_links')
    .where({ id: ending.id })
    .update({ expiresAt: new Date(Date.now() - 1) });
  for (const dead of [token, wider.token, ending.token, 'a'.repeat(22)])
    expect([(await dan.preview(dead)).status, (await dan.join(dead)).status]).toEqual([404, 404]);
  expect(await links()).toEqual([]);
  const people = (await first.call(`collections/${id}/members`)).body;
  expect(people).toMatchObject({
    owner: { name: owner.username },
    members: [{ person: { id: first.userId }, role: 'add' }],
  });
  expect((await first.call('shared-collections')).body.items).toMatchObject([
    { id, role: 'add', owner: { id: owner.userId }, members: 1 },
  ]);
  expect((await other.call('shared-collections')).body.items).toEqual([]);
});

test('each role in a collection allows its own part and nothing more', async () => {
  const { id, owner, members } = await shareCollection('see', 'add', 'edit');
  const [see, add, edit] = members as [Person, Person, Person];
  const [owners, adds, edits] = [await owner.picture(), await add.picture(), await edit.picture()];
  await owner.add(id, [owners]);
  expect(codeOf(await see.add(id, [await see.picture()]))).toBe('forbidden');
  // Nobody puts in what is somebody else's.
  expect((await add.add(id, [adds, owners])).body.count).toBe(2);
  expect((await edit.add(id, [edits])).body.count).toBe(3);
  const all = [edits, adds, owners];
  for (const person of [see, add, edit, owner])
    expect(await person.sees(id)).toEqual(all.toSorted().toReversed());
  expect((await see.take(id, all)).body.count).toBe(3);
  expect((await add.take(id, [adds, owners, edits])).body.count).toBe(2);
  expect((await edit.take(id, [owners])).body.count).toBe(1);
  expect((await owner.take(id, [edits])).body.count).toBe(0);
  const rename = (person: Person, name: string) =>
    person.call(`collections/${id}`, 'PATCH', { name, version: 1 });
  for (const person of [see, add]) expect(codeOf(await rename(person, 'mine'))).toBe('forbidden');
  expect((await rename(edit, 'winter trip')).body).toMatchObject({ name: 'winter trip', role: 'edit' });
  const role = { role: 'edit', was: 'see' };
  for (const refused of [
    await edit.call(`collections/${id}/links`, 'POST', { role: 'edit' }),
    await edit.call(`collections/${id}/links`),
    await edit.call(`collections/${id}/members/${see.userId}`, 'PUT', role),
    await edit.call(`collections/${id}/members/${see.userId}`, 'DELETE'),
    await edit.call(`collections/${id}/parent`, 'PUT', { parentId: null, version: 2 }),
  ])
    expect(codeOf(refused)).toBe('forbidden');
  expect((await edit.call(`collections/${id}`, 'DELETE')).status).toBe(404);
  for (let time = 0; time < 2; time++)
    expect((await owner.call(`collections/${id}/members/${see.userId}`, 'PUT', role)).status).toBe(200);
  const stale = { role: 'add', was: 'see' };
  expect(codeOf(await owner.call(`collections/${id}/members/${see.userId}`, 'PUT', stale))).toBe(
    'changed-meanwhile',
  );
  expect((await see.take(id, [edits])).status).toBe(200);
  expect((await owner.call(`collections/${id}`, 'DELETE')).status).toBe(204);
  expect(await platform.db.database('collection_members').where({ collectionId: id })).toEqual([]);
  expect((await add.call(`assets/${adds}`)).status).toBe(200);
});

test('a picture is in a shared collection only while its owner is, and is not blocked', async () => {
  const { id, owner, members } = await shareCollection('add', 'see');
  const [add, see] = members as [Person, Person];
  const [owners, adds] = [await owner.picture(), await add.picture()];
  await owner.add(id, [owners]);
  await add.add(id, [adds]);
  const stranger = await newPerson();
  const strangers = async () => [
    (await stranger.call(`collections/${id}`)).status,
    (await stranger.call(`collections/${id}/assets`)).status,
    (await stranger.call(`collections/${id}/members`)).status,
    (await stranger.call('reports', 'POST', { assetId: adds, reason: 'other' })).status,
  ];
  expect(await strangers()).toEqual([404, 404, 404, 404]);
  const { database } = platform.db;
  const state = (table: string, key: string, column: string) => async (value: Date | null) =>
    database(table)
      .where({ id: key })
      .update({ [column]: value });
  const hidings = [
    state('assets', adds, 'quarantinedAt'),
    state('assets', adds, 'deletedAt'),
    state('users', add.userId, 'disabledAt'),
  ];
  for (const hide of hidings) {
    expect(await see.sees(id)).toEqual([adds, owners]);
    await hide(new Date());
    expect(await see.sees(id)).toEqual([owners]);
    expect((await see.call(`collections/${id}`)).body.count).toBe(1);
    expect((await see.call(`collections/${id}/assets/${adds}/view`)).status).toBe(404);
    await hide(null);
  }
  const blockOwner = state('users', owner.userId, 'disabledAt');
  await blockOwner(new Date());
  expect((await see.call(`collections/${id}/assets`)).status).toBe(404);
  expect((await see.call('shared-collections')).body.items).toEqual([]);
  await blockOwner(null);
  expect((await see.call('reports', 'POST', { assetId: adds, reason: 'other' })).status).toBe(201);
  for (const status of [204, 404])
    expect((await add.call(`collections/${id}/members/${add.userId}`, 'DELETE')).status).toBe(status);
  expect([await see.sees(id), await owner.sees(id)]).toEqual([[owners], [owners]]);
  expect((await add.call(`collections/${id}/assets`)).status).toBe(404);
  expect((await add.call(`assets/${adds}`)).status).toBe(200);
  expect((await owner.call(`collections/${id}/members/${see.userId}`, 'DELETE')).status).toBe(204);
  expect((await see.call(`collections/${id}/assets`)).status).toBe(404);
});

test('members see a copy, and the prompt only of whoever shows theirs', async () => {
  const { id, owner, members } = await shareCollection('see', 'add');
  const [see, add] = members as [Person, Person];
  const body = new FormData();
  const png = await createTwoColours(64, 48)
    .png()
    .withExif({ IFD0: { Copyright: 'a place' } })
    .toBuffer();
  body.append('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'a');
  const upload = (await api.call('/api/v1/assets', { token: owner.token, body })).body.id;
  const [owners, adds] = [await makeResult(owner.userId), await makeResult(add.userId)];
  const { database } = platform.db;
  for (const { task } of [owners, adds])
    await Task.query(database)
      .findById(task.id)
      .patch({ params: { prompt: 'a secret pier' } });
  await owner.add(id, [upload, owners.assetId]);
  await add.add(id, [adds.assetId]);
  const view = await see.call(`collections/${id}/assets/${upload}/view`);
  expect(view.body.mime).toBe('image/webp');
  const fetchCopy = () => {
    const { pathname, search } = new URL(view.body.url);
    return fetch(api.url + pathname + search);
  };
  const copy = await fetchCopy();
  const bytes = Buffer.from(await copy.arrayBuffer());
  expect([copy.status, bytes.toString('latin1', 8, 12)]).toEqual([200, 'WEBP']);
  expect([png.includes('a place'), bytes.includes('a place')]).toEqual([true, false]);
  const listed = async (person: Person) =>
    new Map(
      (await person.call(`collections/${id}/assets`)).body.items.map(
        (item: { id: string; prompt?: string; isOwn: boolean }) => [item.id, item],
      ),
    );
  // Neither the file nor its task is told.
  const seen = await listed(see);
  expect(JSON.stringify([...seen])).not.toMatch(/secret|outputs\/|inputs\/|sha256|taskId/);
  expect((await listed(add)).get(adds.assetId)).toMatchObject({ prompt: 'a secret pier', isOwn: true });
  const show = (person: Person, showsPrompts: boolean) =>
    person.call(`collections/${id}/shown-prompts`, 'PUT', { showsPrompts });
  expect((await show(add, true)).body.showsPrompts).toBe(true);
  expect((await listed(see)).get(adds.assetId)).toMatchObject({ prompt: 'a secret pier', isOwn: false });
  expect((await listed(see)).get(owners.assetId)).not.toHaveProperty('prompt');
  await show(add, false);
  await show(owner, true);
  expect((await listed(see)).get(owners.assetId)).toMatchObject({ prompt: 'a secret pier' });
  expect((await listed(see)).get(adds.assetId)).not.toHaveProperty('prompt');
  for (const person of [see, add]) await owner.call(`collections/${id}/members/${person.userId}`, 'DELETE');
  expect((await fetchCopy()).status).toBe(404);
});

test('no key joins a collection, leads others to it or puts a picture where others see it', async () => {
  const { id, owner, members } = await shareCollection('add');
  const { token } = await owner.invite(id);
  const keyOf = async (person: Person) => {
    const { key } = (
      await api.call('/api/v1/users/api-keys', { token: person.token, body: { name: 'a program' } })
    ).body;
    return (path: string, method: string, body?: object) =>
      api.call(`/api/v1/${path}`, { token: key, method, ...(body ? { body } : {}) });
  };
  const ownersKey = await keyOf(owner);
  const stranger = await keyOf(await newPerson());
  const ids = [await owner.picture()];
  const [member] = members;
  for (const refused of [
    await stranger('shared-collections', 'POST', { token }),
    await stranger('collection-links/preview', 'POST', { token }),
    await ownersKey(`collections/${id}/links`, 'POST', { role: 'edit' }),
    await ownersKey(`collections/${id}/links`, 'GET'),
    await ownersKey(`collections/${id}/members/${member?.userId}`, 'PUT', { role: 'edit', was: 'add' }),
    await ownersKey(`collections/${id}/shown-prompts`, 'PUT', { showsPrompts: true }),
    await ownersKey(`collections/${id}/additions`, 'POST', { ids }),
  ])
    expect(codeOf(refused)).toBe('forbidden');
  expect(await owner.sees(id)).toEqual([]);
  const own = await owner.create('mine');
  expect((await ownersKey(`collections/${own}/additions`, 'POST', { ids })).body.count).toBe(1);
  expect((await ownersKey(`collections/${own}/removals`, 'POST', { ids })).body.count).toBe(0);
});

test('links, members and memberships are bounded, also by requests at the same time', async () => {
  const { id, owner } = await shareCollection();
  const { database } = platform.db;
  const made = await Promise.all(
    Array.from({ length: 11 }, () => owner.call(`collections/${id}/links`, 'POST', { role: 'see' })),
  );
  expect(made.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 10 }, () => 201), 429]);
  const token = new URL(made.find(({ status }) => status === 201)?.body.url).hash.slice(1);
  const template = await database('users').where({ id: owner.userId }).first();
  const crowd = Array.from({ length: 99 }, () => ({ ...template, id: newId(), username: null }));
  await database.batchInsert('users', crowd, 500);
  const joinedAt = new Date();
  await database('collection_members').insert(
    crowd.map((one) => ({ collectionId: id, userId: one.id, role: 'see', joinedAt })),
  );
  const [bob, cid] = [await newPerson(), await newPerson()];
  const answers = await Promise.all([bob.join(token), cid.join(token)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 429]);
  const [link] = await database('collection_links').where({ collectionId: id, used: 1 });
  expect(link).toBeDefined();
  const dan = await newPerson();
  const others = Array.from({ length: 200 }, (_, n) => ({
    id: newId(),
    userId: dan.userId,
    name: `number ${n}`,
    createdAt: joinedAt,
  }));
  await database('collections').insert(others);
  await database('collection_members').insert(
    others.map((one) => ({ collectionId: one.id, userId: owner.userId, role: 'see', joinedAt })),
  );
  const full = await shareCollection();
  expect(codeOf(await owner.join((await full.owner.invite(full.id)).token))).toBe('quota-exceeded');
});

test('joined accounts keep a shared collection apart from one of its name, and each membership once', async () => {
  const { id, owner, members } = await shareCollection('edit', 'see');
  const [from, into] = members as [Person, Person];
  const shared = await from.create('foxes');
  await owner.join((await from.invite(shared, 'see')).token);
  await into.join((await from.invite(shared, 'add')).token);
  const plain = await into.create('foxes');
  await into.add(plain, [await into.picture()]);
  const { database } = platform.db;
  await inTransaction(database, (trx) => joinCollections(trx, from.userId, into.userId));
  const collections = await Collection.query(database).where({ userId: into.userId }).orderBy('name');
  expect(collections.map((one) => [one.id, one.name])).toEqual([
    [plain, 'foxes'],
    [shared, 'foxes (2)'],
  ]);
  expect(await owner.sees(shared)).toEqual([]);
  const rows = await database('collection_members')
    .whereIn('collectionId', [id, shared])
    .select('collectionId', 'userId', 'role');
  const byName = (row: { collectionId: string; userId: string; role: string }) =>
    [row.collectionId, row.userId, row.role].join();
  expect(rows.map(byName).toSorted()).toEqual(
    [
      [id, into.userId, 'see'],
      [shared, owner.userId, 'see'],
    ]
      .map((row) => row.join())
      .toSorted(),
  );
});
