import { Asset } from '@star-graph/core/ground/db/models/asset';
import { ProjectVersion } from '@star-graph/core/ground/db/models/project';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { saveProject } from '@star-graph/core/library/assets/saveProject';
import { untilOneWaits } from '@star-graph/core/testing/db/lockWaits';
import { createClockFromNoon, createManualClock } from '@star-graph/core/testing/manualClock';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { memberFixture } from '../../testing/servers/memberServer.ts';

// Saves are counted by days.
const clock = createClockFromNoon();
const { platform, api, makeResult } = memberFixture({ KEPT_BYTES_PER_DAY: '250000' }, clock);

const ownResult = newId();

const documentOf = (files: readonly string[], prompt = 'a poster') => ({
  frame: { x: 0, y: 0, width: 512, height: 512 },
  prompt,
  layers: [
    {
      id: 'one',
      kind: 'paint',
      name: 'Sky',
      opacity: 1,
      isHidden: false,
      isLocked: false,
      x: -3,
      y: 4,
      scale: 1,
      turn: -30.5,
      blend: 'soft-light',
      control: { follow: 'canny', reference: 'map', strength: 0.5 },
      text: { words: '灯塔', size: 40, colour: '#3b82f6', font: 'serif', isBold: true },
      group: 'inner',
      tiles: files.length > 0 ? '0,0,0,0' : '',
    },
  ],
  groups: [
    { id: 'outer', name: 'Poster', opacity: 1, isHidden: false, isLocked: false },
    {
      id: 'inner',
      name: 'Lit',
      opacity: 0.5,
      isHidden: true,
      isLocked: true,
      isFolded: true,
      blend: 'normal',
      group: 'outer',
    },
  ],
  rulers: { isFree: true, guides: { x: [-4, 300], y: [] } },
  candidates: [{ key: 'a', frame: { x: 0, y: 0, width: 512, height: 512 }, dropped: [ownResult] }],
  files,
});

async function newPerson() {
  const { accessToken: token, user } = await api.signUp();
  const userId: string = user.id;
  const call = (path: string, method: string, body?: object) =>
    api.call(`/api/v1/${path}`, { token, method, ...(body ? { body } : {}) });
  return {
    userId,
    call,
    create: (body: object = { name: 'poster' }) => call('projects', 'POST', body),
    save: (id: string, version: number, files: readonly string[] = [], more: object = {}) =>
      call(`projects/${id}`, 'PUT', { version, name: 'poster', document: documentOf(files), ...more }),
    open: (id: string, version?: number) =>
      call(`projects/${id}${version === undefined ? '' : `?version=${version}`}`, 'GET'),
    list: async () => (await call('projects', 'GET')).body.items,
    link: async (id: string, body: object = { role: 'edit' }) =>
      (await call(`projects/${id}/link`, 'PUT', body)).body.token as string,
    join: (link: string) => call('project-joins', 'POST', { token: link }),
    visit: (id: string, body: object = {}) => call(`projects/${id}/visits`, 'POST', body),
    joined: async () => (await call('joined-projects', 'GET')).body.items,
    /** What the page sends layers in. */
    async file() {
      const { assetId } = await makeResult(userId);
      await Asset.query(platform.db.database).findById(assetId).patch({ isMask: true, kind: 'input' });
      return assetId;
    },
  };
}

const fileState = async (id: string) =>
  (await Asset.query(platform.db.database).findById(id).select('deletedAt'))?.deletedAt;

test('a project is made once an id, and its save is read again as it was', async () => {
  const ann = await newPerson();
  const id = newId();
  for (const status of [201, 200]) {
    const made = await ann.create({ id, name: 'poster' });
    expect([made.status, made.body]).toMatchObject([status, { id, name: 'poster', version: 0 }]);
  }
  const file = await ann.file();
  for (let time = 0; time < 2; time++)
    expect((await ann.save(id, 0, [file], { name: 'sky' })).body).toMatchObject({ name: 'sky', version: 1 });
  const opened = (await ann.open(id)).body;
  expect(opened).toMatchObject({ version: 1, document: documentOf([file]), files: [{ id: file }] });
  expect(opened.files[0].url).toContain('/files/');
  expect(await ann.list()).toMatchObject([{ id, name: 'sky', version: 1 }]);
});

test('a project that a newer release saved is read with all that it holds', async () => {
  const { create, save, open } = await newPerson();
  const { id } = (await create()).body;
  await save(id, 0);
  const plain = documentOf([]);
  const [layer] = plain.layers;
  const newer = { ...plain, paths: [4, 8], layers: [{ ...layer, clip: 'sky' }] };
  await ProjectVersion.query(platform.db.database)
    .findById([id, 1])
    .patch({ document: JSON.stringify(newer) });
  const { status, body } = await open(id);
  expect([status, body.document]).toEqual([200, newer]);
  // What this release does not know it does not keep: it says so instead.
  expect((await save(id, 1, [], { document: newer })).status).toBe(422);
});

test('a save from an older version is refused and changes nothing', async () => {
  const ann = await newPerson();
  const { id } = (await ann.create()).body;
  await ann.save(id, 0);
  const late = await ann.save(id, 0, [], { document: documentOf([], 'another tab') });
  expect([late.status, codeOf(late)]).toEqual([409, 'changed-meanwhile']);
  expect((await ann.open(id)).body).toMatchObject({ version: 1, document: { prompt: 'a poster' } });
  const over = { document: documentOf([], 'another tab'), keepsLast: true };
  expect((await ann.save(id, 1, [], over)).body.version).toBe(2);
  await ann.save(id, 2);
  // What the other tab had is kept.
  expect((await ann.open(id, 1)).body.document.prompt).toBe('a poster');
  expect((await ann.call(`projects/${id}/versions`, 'GET')).body.items).toMatchObject([
    { version: 3, isKept: false },
    { version: 1, isKept: true },
  ]);
});

test('nobody reads, saves or deletes another person’s project, nor puts their files into one', async () => {
  const [ann, bob] = [await newPerson(), await newPerson()];
  const { id } = (await ann.create()).body;
  const file = await ann.file();
  await ann.save(id, 0, [file]);
  const answers = [
    await bob.open(id),
    await bob.save(id, 1),
    await bob.call(`projects/${id}`, 'DELETE'),
    await bob.call(`projects/${id}/versions`, 'GET'),
    await bob.create({ id, name: 'mine' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  const own = (await bob.create()).body.id;
  const stolen = await bob.save(own, 0, [file]);
  expect([codeOf(stolen), stolen.body.errors[0].pointer]).toEqual(['invalid-params', '/document/files']);
  expect((await bob.open(own)).body).toMatchObject({ version: 0, files: [] });
  expect((await ann.open(id)).body).toMatchObject({ version: 1, files: [{ id: file }] });
});

test('versions stay ten minutes apart, and the files of those that go are deleted', async () => {
  const ann = await newPerson();
  const { id } = (await ann.create()).body;
  const { database } = platform.db;
  const clock = createManualClock(new Date('2026-11-30T12:00:00Z'));
  const save = (version: number, files: readonly string[]) =>
    saveProject({ database, clock }, id, ann.userId, {
      version,
      name: 'poster',
      document: JSON.stringify({ ...documentOf(files), prompt: String(version) }),
      files,
      keepsLast: false,
    });
  const versions = async () =>
    (await ProjectVersion.query(database).where({ projectId: id })).map(({ version }) => version);
  const [first, second, third] = [await ann.file(), await ann.file(), await ann.file()];
  await save(0, [first]);
  clock.advance(60_000);
  await save(1, [second]);
  clock.advance(2_000);
  await save(2, [second, third]);
  expect(await versions()).toEqual([1, 3]);
  clock.advance(600_000);
  await save(3, [third]);
  clock.advance(2_000);
  await save(4, [third]);
  // The third follows the first by a minute, and went; nothing else named `second`.
  expect(await versions()).toEqual([1, 4, 5]);
  expect([await fileState(first), await fileState(third)]).toEqual([null, null]);
  expect(await fileState(second)).not.toBeNull();
});

test('a deleted project takes the files of its layers along, and no picture of the gallery', async () => {
  const ann = await newPerson();
  const { id } = (await ann.create()).body;
  const [file, result] = [await ann.file(), (await makeResult(ann.userId)).assetId];
  await ann.save(id, 0, [file, result]);
  for (const status of [204, 404]) expect((await ann.call(`projects/${id}`, 'DELETE')).status).toBe(status);
  expect(await fileState(file)).not.toBeNull();
  expect(await fileState(result)).toBeNull();
  expect(await ann.list()).toEqual([]);
});

test('a project whose id somebody else takes at the same time is theirs alone', async () => {
  const [ann, ben] = [await newPerson(), await newPerson()];
  const id = newId();
  const trx = await platform.db.database.transaction();
  const now = clock.now();
  await trx('projects').insert({
    id,
    userId: ben.userId,
    name: 'his',
    version: 0,
    createdAt: now,
    savedAt: now,
  });
  const made = ann.create({ id, name: 'hers' });
  await untilOneWaits(platform.db.database);
  await trx.commit();
  expect(codeOf(await made)).toBe('not-found');
  expect(await ann.list()).toEqual([]);
  expect(await ben.list()).toMatchObject([{ id, name: 'his' }]);
});

test('large saves count among the bytes of a day, small ones do not', async () => {
  const ann = await newPerson();
  const { id } = (await ann.create()).body;
  const { layers, ...rest } = documentOf([]);
  const large = { ...rest, layers: [0, 1].map(() => ({ ...layers[0], tiles: '0'.repeat(60_000) })) };
  for (const version of [0, 1])
    expect((await ann.save(id, version, [], { document: large })).body.version).toBe(version + 1);
  // A repeat writes nothing.
  expect((await ann.save(id, 1, [], { document: large })).body.version).toBe(2);
  const refused = await ann.save(id, 2, [], { document: large });
  expect([codeOf(refused), Number(refused.headers.get('retry-after')) > 0]).toEqual(['daily-limit', true]);
  expect((await ann.save(id, 2)).body.version).toBe(3);
});

test('a person has forty projects, and one takes up 256 MB', async () => {
  const ann = await newPerson();
  const { id } = (await ann.create()).body;
  const file = await ann.file();
  await Asset.query(platform.db.database).findById(file).patch({ bytes: 256_000_001 });
  expect(codeOf(await ann.save(id, 0, [file]))).toBe('quota-exceeded');
  expect((await ann.open(id)).body.version).toBe(0);
  for (let more = 1; more < 40; more++) expect((await ann.create()).status).toBe(201);
  expect(codeOf(await ann.create())).toBe('quota-exceeded');
});

/** A project of hers that he has joined. */
async function newShared(role: 'see' | 'edit' = 'edit') {
  const [ann, ben] = [await newPerson(), await newPerson()];
  const { id } = (await ann.create()).body;
  const link = await ann.link(id, { role });
  expect((await ben.join(link)).status).toBe(201);
  return { ann, ben, id, link };
}

test('a link lets people join with its role until it ends or is withdrawn, and only in a session', async () => {
  const { ann, ben, id, link } = await newShared('see');
  const cid = await newPerson();
  expect([(await ben.join(link)).status, (await ann.join(link)).status]).toEqual([200, 200]);
  expect(await ben.joined()).toMatchObject([{ id, role: 'see', isShared: true, owner: { id: ann.userId } }]);
  expect(await ben.list()).toEqual([]);
  expect((await ben.open(id)).body).toMatchObject({ id, role: 'see', isShared: true });
  const { database } = platform.db;
  await database('project_links').where({ projectId: id }).update({ expiresAt: clock.now() });
  expect(codeOf(await cid.join(link))).toBe('not-found');
  const other = await ann.link(id);
  const sharing = (await ann.call(`projects/${id}/sharing`, 'GET')).body;
  expect(sharing).toMatchObject({ link: { role: 'edit' }, members: [{ id: ben.userId, role: 'see' }] });
  expect(JSON.stringify(sharing)).not.toContain(other);
  for (let time = 0; time < 2; time++)
    expect((await ann.call(`projects/${id}/link`, 'DELETE')).status).toBe(204);
  expect(codeOf(await cid.join(other))).toBe('not-found');
  expect(codeOf(await cid.join('none'))).toBe('not-found');
  expect(await cid.joined()).toEqual([]);
  const made = await ann.call('users/api-keys', 'POST', { name: 'k', scopes: ['assets'] });
  for (const [path, method, body] of [
    [`projects/${id}/link`, 'PUT', { role: 'see' }],
    ['project-joins', 'POST', { token: other }],
  ] as const)
    expect(codeOf(await api.call(`/api/v1/${path}`, { token: made.body.key, method, body }))).toBe(
      'forbidden',
    );
});

test('ten people join a project, and its owner alone shares, deletes and sends people away', async () => {
  const { ann, ben, id, link } = await newShared();
  const member = `projects/${id}/members/${ben.userId}`;
  const refused = [
    await ben.call(`projects/${id}`, 'DELETE'),
    await ben.call(`projects/${id}/sharing`, 'GET'),
    await ben.call(`projects/${id}/link`, 'PUT', { role: 'see' }),
    await ben.call(`projects/${id}/link`, 'DELETE'),
    await ben.call(member, 'PUT', { role: 'see' }),
    await ben.call(`projects/${id}/members/${ann.userId}`, 'DELETE'),
  ];
  expect(refused.map(codeOf)).toEqual(Array(6).fill('forbidden'));
  const rows = [];
  for (let more = 1; more < 10; more++) {
    const { userId } = await newPerson();
    rows.push({ projectId: id, userId, role: 'see', joinedAt: clock.now() });
  }
  await platform.db.database('project_members').insert(rows);
  expect(codeOf(await (await newPerson()).join(link))).toBe('quota-exceeded');
  await ben.visit(id, { wish: 'take' });
  expect((await ann.call(member, 'PUT', { role: 'see' })).status).toBe(204);
  expect((await ann.visit(id)).body.drawing).toBeUndefined();
  expect(codeOf(await ben.visit(id, { wish: 'take' }))).toBe('forbidden');
  expect(codeOf(await ben.save(id, 0))).toBe('forbidden');
  for (const code of [204, 404]) expect((await ben.call(member, 'DELETE')).status).toBe(code);
  expect(codeOf(await ben.open(id))).toBe('not-found');
  expect((await ann.call(`projects/${id}/members/${ben.userId}`, 'DELETE')).status).toBe(204);
});

test('members draw one after the other, and who slept through the end of a turn writes nothing', async () => {
  const { ann, ben, id } = await newShared();
  expect(codeOf(await ann.save(id, 0))).toBe('changed-meanwhile');
  const hers = (await ann.visit(id, { wish: 'take' })).body;
  expect(hers).toMatchObject({ drawing: { id: ann.userId }, turn: 1, here: [{ id: ann.userId }] });
  const waits = (await ben.visit(id, { wish: 'take' })).body;
  expect(waits).toMatchObject({ drawing: { id: ann.userId }, turn: 1 });
  expect(waits.here).toHaveLength(2);
  expect(codeOf(await ben.save(id, 0, [], { turn: 1 }))).toBe('changed-meanwhile');
  expect((await ann.save(id, 0, [], { turn: 1 })).body.version).toBe(1);
  // A page of hers takes it from another, which then has it no more.
  expect((await ann.visit(id, { wish: 'take' })).body.turn).toBe(2);
  expect(codeOf(await ann.save(id, 1, [], { turn: 1 }))).toBe('changed-meanwhile');
  // The turn that is over gives nothing back.
  expect((await ann.visit(id, { wish: 'give', turn: 1 })).body.drawing).toMatchObject({ id: ann.userId });
  const silent = new Date(clock.now().getTime() - 31_000);
  await platform.db.database('projects').where({ id }).update({ turnAt: silent });
  expect((await ben.visit(id)).body.drawing).toBeUndefined();
  // Nobody has asked: she goes on.
  expect((await ann.visit(id, { wish: 'keep', turn: 2 })).body.drawing).toMatchObject({ id: ann.userId });
  await platform.db.database('projects').where({ id }).update({ turnAt: silent });
  expect((await ben.visit(id, { wish: 'take' })).body).toMatchObject({
    drawing: { id: ben.userId },
    turn: 3,
  });
  expect((await ann.visit(id, { wish: 'keep', turn: 2 })).body.drawing).toMatchObject({ id: ben.userId });
  expect(codeOf(await ann.save(id, 1, [], { turn: 2 }))).toBe('changed-meanwhile');
  expect((await ann.open(id)).body.version).toBe(1);
  expect((await ben.save(id, 1, [], { turn: 3 })).body.version).toBe(2);
  expect((await ben.visit(id, { wish: 'give', turn: 3 })).body.drawing).toBeUndefined();
  expect(codeOf(await ben.save(id, 2, [], { turn: 3 }))).toBe('changed-meanwhile');
});

test('what a member draws becomes the owner’s with the save, who counts its bytes, and nothing else does', async () => {
  const { ann, ben, id } = await newShared();
  const { database } = platform.db;
  const [drawn, other] = [await ben.file(), await ben.file()];
  const result = (await makeResult(ben.userId)).assetId;
  const [secret, own] = [await ann.file(), (await ben.create()).body.id];
  await ben.save(own, 0, [other]);
  const { turn } = (await ben.visit(id, { wish: 'take' })).body;
  for (const file of [result, secret, other])
    expect(codeOf(await ben.save(id, 0, [drawn, file], { turn }))).toBe('invalid-params');
  const ownerOf = async (assetId: string) => (await Asset.query(database).findById(assetId))?.userId;
  expect(await ownerOf(drawn)).toBe(ben.userId);
  // A square counts as a megabyte of the day, of which she has less.
  expect(codeOf(await ben.save(id, 0, [drawn], { turn }))).toBe('daily-limit');
  expect(await ownerOf(drawn)).toBe(ben.userId);
  const deps = { database, clock: createManualClock(clock.now()) };
  const document = JSON.stringify(documentOf([drawn]));
  const save = { version: 0, name: 'poster', turn, document, files: [drawn], keepsLast: false };
  for (let time = 0; time < 2; time++)
    expect(await saveProject(deps, id, ben.userId, save)).toMatchObject({ version: 1 });
  expect([await ownerOf(drawn), await ownerOf(other)]).toEqual([ann.userId, ben.userId]);
  expect((await ann.open(id)).body.files).toMatchObject([{ id: drawn }]);
  expect((await ben.call(`assets/${drawn}`, 'GET')).status).toBe(404);
});

test('a member opens no version from before they joined, and nothing of an owner who is blocked', async () => {
  const [ann, ben] = [await newPerson(), await newPerson()];
  const { id } = (await ann.create()).body;
  for (const version of [0, 1]) await ann.save(id, version);
  await ben.join(await ann.link(id, { role: 'see' }));
  const { database } = platform.db;
  const before = new Date(clock.now().getTime() - 60_000);
  await ProjectVersion.query(database).where({ projectId: id }).patch({ savedAt: before });
  expect([(await ben.open(id, 1)).status, (await ben.open(id, 2)).status]).toEqual([404, 200]);
  expect((await ben.call(`projects/${id}/versions`, 'GET')).body.items).toMatchObject([{ version: 2 }]);
  expect((await ann.open(id, 1)).status).toBe(200);
  await database('users').where({ id: ann.userId }).update({ disabledAt: clock.now() });
  expect([(await ben.open(id)).status, (await ben.visit(id)).status]).toEqual([404, 404]);
  expect(await ben.joined()).toEqual([]);
});
