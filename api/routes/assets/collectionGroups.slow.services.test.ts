import { inTransaction } from '@star-graph/core/ground/db/connect';
import { Collection } from '@star-graph/core/ground/db/models/collection';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { joinAccounts } from '@star-graph/core/people/identity/accounts/joinAccounts';
import { beforeAll, expect, test } from 'vitest';
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
    call,
    picture: async () => (await makeResult(userId)).assetId,
    create: async (name: string): Promise<string> => (await call('collections', 'POST', { name })).body.id,
    add: (id: string, ids: string[]) => call(`collections/${id}/additions`, 'POST', { ids }),
    share: (id: string, groupId: string, role: string | null, was: string | null = null) =>
      call(`collections/${id}/groups/${groupId}`, 'PUT', { role, was }),
    /** What everybody has put in, as this person sees it. */
    sees: async (id: string) =>
      (await call(`collections/${id}/assets`)).body.items?.map((item: { id: string }) => item.id),
    joined: async () => (await call('shared-collections')).body.items.map((item: { id: string }) => item.id),
  };
}
type Person = Awaited<ReturnType<typeof newPerson>>;

let admin: string;
beforeAll(async () => {
  admin = await api.signInAsAdmin();
});
const put = (person: Person, groups: string[], was: string[]) =>
  api.call(`/api/admin/users/${person.userId}/groups`, {
    token: admin,
    method: 'PUT',
    body: { groups, was },
  });

/** People of a new group, the first of whom has a collection. */
async function makeGroup(...people: Person[]) {
  const name = newId();
  for (const person of people) expect((await put(person, [name], [])).status).toBe(200);
  const [first] = people as [Person];
  const { groups } = (await first.call('groups')).body;
  return { name, groupId: groups[0].id as string };
}

test('everybody in a group has the role that it was given, or a higher one of their own', async () => {
  const [owner, bob, cid] = [await newPerson(), await newPerson(), await newPerson()];
  const { name, groupId } = await makeGroup(owner, bob);
  const id = await owner.create('trip');
  const [owners, bobs] = [await owner.picture(), await bob.picture()];
  await owner.add(id, [owners]);
  expect((await bob.call(`collections/${id}`)).status).toBe(404);
  const shared = await owner.share(id, groupId, 'see');
  expect(shared.body.groups).toEqual([{ group: { id: groupId, name }, role: 'see', people: 2 }]);
  expect((await bob.call('shared-collections')).body.items).toMatchObject([
    { id, role: 'see', isByGroup: true, members: 0, groups: 1, owner: { id: owner.userId } },
  ]);
  expect(await bob.sees(id)).toEqual([owners]);
  expect(codeOf(await bob.add(id, [bobs]))).toBe('forbidden');
  expect((await bob.call('reports', 'POST', { assetId: owners, reason: 'other' })).status).toBe(201);
  expect((await bob.call(`collections/${id}/members`)).body).toMatchObject({
    members: [],
    groups: [{ role: 'see' }],
  });
  // The owner is in the group too, and owns it as before.
  expect((await owner.call(`collections/${id}`)).body).toMatchObject({ role: 'owner', isByGroup: false });
  expect(await owner.joined()).toEqual([]);

  expect((await owner.share(id, groupId, 'add', 'see')).status).toBe(200);
  expect((await bob.add(id, [bobs])).body.count).toBe(2);
  expect(codeOf(await bob.call(`collections/${id}`, 'PATCH', { name: 'mine', version: 1 }))).toBe(
    'forbidden',
  );
  const { body } = await owner.call(`collections/${id}/links`, 'POST', { role: 'see' });
  const token = new URL(body.url).hash.slice(1);
  expect((await bob.call('shared-collections', 'POST', { token })).body).toMatchObject({
    role: 'add',
    isByGroup: false,
    members: 1,
  });
  expect(await bob.joined()).toEqual([id]);
  const other = await makeGroup(cid);
  expect((await put(bob, [name, other.name], [name])).status).toBe(200);
  await put(owner, [name, other.name], [name]);
  expect((await owner.share(id, other.groupId, 'edit')).status).toBe(200);
  expect((await bob.call(`collections/${id}`)).body).toMatchObject({ role: 'edit', groups: 2 });
  expect(await bob.joined()).toEqual([id]);
  expect((await cid.call(`collections/${id}`)).body).toMatchObject({ role: 'edit', isByGroup: true });
});

test('whoever is out of a group is out of what was shared with it, and so are their pictures', async () => {
  const [owner, bob, cid] = [await newPerson(), await newPerson(), await newPerson()];
  const { name, groupId } = await makeGroup(owner, bob, cid);
  const [id, kept] = [await owner.create('trip'), await bob.create('mine')];
  const [bobs, cids] = [await bob.picture(), await cid.picture()];
  await owner.share(id, groupId, 'add');
  await bob.add(id, [bobs]);
  await bob.add(kept, [bobs]);
  await cid.add(id, [cids]);
  expect(await owner.sees(id)).toEqual([cids, bobs]);
  expect((await put(bob, [], [name])).body.groups).toEqual([]);
  expect((await bob.call(`collections/${id}/assets`)).status).toBe(404);
  expect(await bob.joined()).toEqual([]);
  const rows = platform.db.database('collection_assets').where({ collectionId: id }).select('assetId');
  expect(await rows.clone()).toEqual([{ assetId: cids }]);
  expect(await owner.sees(id)).toEqual([cids]);
  expect((await bob.call(`assets?collection=${kept}`)).body.items).toHaveLength(1);
  expect((await put(bob, [name], [])).status).toBe(200);
  expect(await bob.sees(id)).toEqual([cids]);
  // Shared no more, it is everybody’s no more.
  expect((await owner.share(id, groupId, null, 'add')).body.groups).toEqual([]);
  expect(await rows.clone()).toEqual([]);
  for (const person of [bob, cid]) expect((await person.call(`collections/${id}`)).status).toBe(404);
  expect((await cid.call(`assets/${cids}`)).status).toBe(200);
});

test('a group goes with its last person, and one of its name begins with nothing', async () => {
  const [owner, bob] = [await newPerson(), await newPerson()];
  const { name, groupId } = await makeGroup(owner);
  const id = await owner.create('trip');
  await owner.share(id, groupId, 'edit');
  const { database } = platform.db;
  expect(await database('people_groups').where({ name })).toHaveLength(1);
  await put(owner, [], [name]);
  expect(await database('people_groups').where({ name })).toEqual([]);
  expect((await owner.call(`collections/${id}`)).body.groups).toBe(0);
  await put(bob, [name], []);
  expect((await bob.call(`collections/${id}`)).status).toBe(404);
  expect(await bob.joined()).toEqual([]);
});

test('a collection is shared with a group by its owner, who is in it, and by what was read', async () => {
  const [owner, bob, cid] = [await newPerson(), await newPerson(), await newPerson()];
  const { groupId } = await makeGroup(owner, bob);
  const other = await makeGroup(cid);
  const id = await owner.create('trip');
  expect(codeOf(await owner.share(id, other.groupId, 'see'))).toBe('not-found');
  expect(codeOf(await owner.share(id, newId(), 'see'))).toBe('not-found');
  expect(codeOf(await bob.share(id, groupId, 'see'))).toBe('not-found');
  for (let time = 0; time < 2; time++) expect((await owner.share(id, groupId, 'edit')).status).toBe(200);
  expect(codeOf(await bob.share(id, groupId, 'see', 'edit'))).toBe('forbidden');
  for (const stale of [null, 'add']) {
    expect(codeOf(await owner.share(id, groupId, 'see', stale))).toBe('changed-meanwhile');
    expect(codeOf(await owner.share(id, groupId, null, stale))).toBe('changed-meanwhile');
  }
  const { key } = (await api.call('/api/v1/users/api-keys', { token: owner.token, body: { name: 'a' } }))
    .body;
  const byKey = (path: string, method: string, body: object) =>
    api.call(`/api/v1/collections/${id}/${path}`, { token: key, method, body });
  const ids = [await owner.picture()];
  expect(codeOf(await byKey(`groups/${groupId}`, 'PUT', { role: null, was: 'edit' }))).toBe('forbidden');
  // No key shows a picture to a group.
  expect(codeOf(await byKey('additions', 'POST', { ids }))).toBe('forbidden');
  expect(await platform.db.database('collection_groups').where({ collectionId: id })).toEqual([
    { collectionId: id, groupId, role: 'edit' },
  ]);
  const { database } = platform.db;
  const more = Array.from({ length: 10 }, () => ({ id: newId(), name: newId() }));
  await database('people_groups').insert(more);
  await database('group_members').insert(more.map((group) => ({ groupId: group.id, userId: owner.userId })));
  const answers = await Promise.all(more.map((group) => owner.share(id, group.id, 'see')));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([
    ...Array.from({ length: 9 }, () => 200),
    429,
  ]);
});

test('who is in a collection by a group does not leave it, and shows no prompts', async () => {
  const [owner, bob] = [await newPerson(), await newPerson()];
  const { groupId } = await makeGroup(owner, bob);
  const id = await owner.create('trip');
  await owner.share(id, groupId, 'add');
  const member = `collections/${id}/members/${bob.userId}`;
  expect(codeOf(await bob.call(member, 'DELETE'))).toBe('forbidden');
  expect(codeOf(await owner.call(member, 'DELETE'))).toBe('not-found');
  const shown = await bob.call(`collections/${id}/shown-prompts`, 'PUT', { showsPrompts: true });
  expect(codeOf(shown)).toBe('forbidden');
  expect((await bob.call(`collections/${id}/members`)).body.showsPrompts).toBe(false);
});

test('collections by links and by groups come in one order, page by page, each once', async () => {
  const [owner, bob] = [await newPerson(), await newPerson()];
  const { name, groupId } = await makeGroup(owner, bob);
  const second = await makeGroup(await newPerson());
  await put(owner, [name, second.name], [name]);
  await put(bob, [name, second.name], [name]);
  const ids: string[] = [];
  for (const nth of [0, 1, 2, 3, 4]) {
    const id = await owner.create(`number ${nth}`);
    ids.unshift(id);
    if (nth !== 1) await owner.share(id, nth % 2 ? second.groupId : groupId, 'see');
    if (nth === 0 || nth === 1) {
      const { body } = await owner.call(`collections/${id}/links`, 'POST', { role: 'see' });
      await bob.call('shared-collections', 'POST', { token: new URL(body.url).hash.slice(1) });
    }
  }
  await bob.share(await bob.create('own'), groupId, 'see');
  const found: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await bob.call(`shared-collections?limit=2${cursor}`);
    found.push(...body.items.map((item: { id: string }) => item.id));
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  expect(found).toEqual(ids);
});

test('groups of a person change by what was read, by administrators alone, and are in the audit', async () => {
  const [bob, cid] = [await newPerson(), await newPerson()];
  const name = `a ${newId()}`;
  const both = await Promise.all([put(bob, [name], []), put(cid, [name], [])]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect((await put(bob, [name], [])).status).toBe(200);
  expect(codeOf(await put(bob, [], ['another']))).toBe('changed-meanwhile');
  expect((await bob.call('groups')).body.groups).toMatchObject([{ name }]);
  expect(
    (
      await put(
        bob,
        Array.from({ length: 21 }, (_, nth) => `${nth}`),
        [name],
      )
    ).status,
  ).toBe(422);
  const path = `/api/admin/users/${bob.userId}/groups`;
  const body = { groups: [], was: [name] };
  expect(codeOf(await api.call(path, { token: bob.token, method: 'PUT', body }))).toBe('forbidden');
  expect((await api.call('/api/admin/groups', { token: admin })).body.items).toContainEqual({
    id: (await bob.call('groups')).body.groups[0].id,
    name,
    people: 2,
  });
  const found = await api.call(`/api/admin/users?group=${encodeURIComponent(name)}`, { token: admin });
  expect(found.body.items.map((person: { id: string }) => person.id)).toEqual([cid.userId, bob.userId]);
  const audit = await api.call(`/api/admin/audit?target=user:${bob.userId}`, { token: admin });
  expect(audit.body.items).toMatchObject([
    { action: 'user.groups', data: { before: { groups: '' }, after: { groups: name } } },
  ]);
});

test('joined accounts are in the groups of both, each once', async () => {
  const [owner, from, into] = [await newPerson(), await newPerson(), await newPerson()];
  const { name, groupId } = await makeGroup(owner, from, into);
  const other = await makeGroup(await newPerson());
  await put(from, [name, other.name], [name]);
  const id = await owner.create('trip');
  await owner.share(id, groupId, 'add');
  const { database } = platform.db;
  await database('users').where({ id: from.userId }).update({ username: null });
  await inTransaction(database, (trx) => joinAccounts({ clock: systemClock }, trx, from.userId, into.userId));
  expect(
    (await into.call('groups')).body.groups.map((group: { name: string }) => group.name).toSorted(),
  ).toEqual([name, other.name].toSorted());
  expect(await database('group_members').where({ userId: from.userId })).toEqual([]);
  expect(await Collection.query(database).findById(id)).toBeDefined();
  expect(await into.joined()).toEqual([id]);
});
