import { roomTopic, type WallMessage } from '@star-graph/contract/guilds/activityRoutes';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { ApiKey } from '@star-graph/core/ground/db/models/session';
import { Task } from '@star-graph/core/ground/db/models/task';
import { User } from '@star-graph/core/ground/db/models/user';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createStorage } from '@star-graph/core/ground/storage/createStorage';
import { outputKey } from '@star-graph/core/ground/storage/keys';
import { assign, createOwnedBackend } from '@star-graph/core/testing/db/factories';
import { fixture } from '@star-graph/core/testing/fixture';
import { completeTask, startTask } from '@star-graph/core/work/tasks/attemptTransitions';
import { beforeEach, describe, expect, test } from 'vitest';
import { actFor, newSnowflake } from '../../testing/calls/discord.ts';
import { connectStomp } from '../../testing/calls/stompClient.ts';
import { codeOf, startTestApi } from '../../testing/servers/apiServer.ts';
import { startDiscordServer } from '../../testing/servers/discordServer.ts';
import { addServiceKey, apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';
import { policyPath } from '../../testing/servers/guildServer.ts';

const platform = platformFixture({ hasBackend: true });
const discord = fixture(startDiscordServer);
const api = fixture(() => startTestApi(platform, { ...discord.env, SIGN_UP_GRANT: '1000' }));
/** Without the setting. */
const plain = apiFixture(platform);

/** A room of its own for each test, in a channel of a server of its own. */
let room: { id: string; channelId: string; guildId: string; users: Set<string> };
beforeEach(() => {
  room = { id: `i-${newId()}`, channelId: newSnowflake(), guildId: newSnowflake(), users: new Set() };
  discord.facts.instances.set(room.id, room);
  discord.channels.add(room.channelId);
  discord.state.isAway = false;
});

/** Somebody who has opened the Activity and agreed. */
async function enter(id = newSnowflake()) {
  room.users.add(id);
  discord.facts.roles.set(id, []);
  const { status, body } = await api.call('/api/v1/auth/discord', {
    body: { code: discord.facts.agree({ id }) },
  });
  expect(status).toBe(200);
  return { id, token: body.accessToken as string, body };
}

const roomPath = () => `/api/v1/rooms/${room.id}`;

async function make(token: string, meta: object = { room: room.id }, prompt = 'a fox'): Promise<string> {
  const made = await api.call('/api/v1/generate/text2img', { token, body: { prompt, meta } });
  expect(made.status).toBe(202);
  return made.body.id;
}

/** A dispatcher's work, with a file that can be read. @returns the result */
async function finish(taskId: string): Promise<string> {
  const { database } = platform.db;
  const deps = { database, clock: systemClock };
  const task = await Task.query(database).findById(taskId).throwIfNotFound();
  const fence = await assign(database, task, await createOwnedBackend(database));
  await startTask(deps, fence);
  const storage = await createStorage({ clock: systemClock, warn: () => {} }, parseConfig(platform.env));
  const storageKey = outputKey(taskId, 'a'.repeat(64), 'png');
  await storage.put(storageKey, Buffer.from('a picture'), { mime: 'image/png' });
  const id = newId();
  const file = { id, mime: 'image/png' as const, width: 8, height: 8, bytes: 9, durationMs: null };
  await completeTask(
    deps,
    fence,
    [{ ...file, sha256: 'a'.repeat(64), frames: null, storageKey }],
    new Date(),
  );
  return id;
}

async function look(token: string) {
  const client = await connectStomp(`${api.url.replace('http', 'ws')}/ws`, token);
  return { client, told: await client.listen<WallMessage>(`${roomTopic}${room.id}`) };
}

describe('signing in with a code of Discord', () => {
  test('opens the account of the bot, with what a code from the bot opens and no more', async () => {
    const { key } = await addServiceKey(api);
    const id = newSnowflake();
    const inBot = await api.call('/api/v1/users/profile', { token: key, headers: actFor(id) });
    const { token, body } = await enter(id);
    expect(body.user.id).toBe(inBot.body.id);
    expect((await api.call('/api/v1/tasks', { token })).status).toBe(200);
    const refused = [
      await api.call('/api/v1/users/api-keys', { token, body: { name: 'k' } }),
      await api.call('/api/v1/auth/sessions', { token }),
      await api.call('/api/v1/users/link-codes', { token, body: '' }),
    ];
    expect(refused.map(codeOf)).toEqual(['forbidden', 'forbidden', 'forbidden']);
  });

  test('gives an administrator the rights of a user', async () => {
    const { id, body } = await enter();
    await User.query(platform.db.database).findById(body.user.id).patch({ role: 'admin' });
    const again = await enter(id);
    expect(again.body.user).toMatchObject({ id: body.user.id, role: 'user' });
    expect(codeOf(await api.call('/api/admin/users', { token: again.token }))).toBe('forbidden');
  });

  test('takes a code once, and none that Discord did not give', async () => {
    const code = discord.facts.agree({ id: newSnowflake() });
    const use = (given: string) => api.call('/api/v1/auth/discord', { body: { code: given } });
    expect((await use(code)).status).toBe(200);
    expect(codeOf(await use(code))).toBe('unauthenticated');
    expect(codeOf(await use('made up'))).toBe('unauthenticated');
    discord.state.isAway = true;
    expect(codeOf(await use(discord.facts.agree({ id: newSnowflake() })))).toBe('unavailable');
  });

  test('says which language the person has in Discord', async () => {
    const code = discord.facts.agree({ id: newSnowflake(), locale: 'zh-TW' });
    const { body } = await api.call('/api/v1/auth/discord', { body: { code } });
    expect(body.discordLocale).toBe('zh-CN');
  });

  test('lets nobody in whose account is blocked', async () => {
    const { id, body } = await enter();
    await User.query(platform.db.database).findById(body.user.id).patch({ disabledAt: new Date() });
    const code = discord.facts.agree({ id });
    expect(codeOf(await api.call('/api/v1/auth/discord', { body: { code } }))).toBe('account-disabled');
  });

  test('ends for everybody when an administrator revokes its key, until the next sign-in', async () => {
    const { id, token } = await enter();
    const { database } = platform.db;
    const keys = await ApiKey.query(database).where({ name: 'Discord Activity' }).whereNull('revokedAt');
    const admin = await api.signInAsAdmin();
    for (const key of keys)
      await api.call(`/api/admin/service-keys/${key.id}`, { token: admin, method: 'DELETE' });
    expect(codeOf(await api.call('/api/v1/tasks', { token }))).toBe('unauthenticated');
    const again = await enter(id);
    expect((await api.call('/api/v1/tasks', { token: again.token })).status).toBe(200);
  });
});

describe('while it is switched off', () => {
  test('there is none of it, and neither Discord’s proxy nor a frame is let in', async () => {
    const { accessToken: token } = await plain.signUp();
    const host = `${discord.facts.applicationId}.discordsays.com`;
    const askedAs = async (of: { url: string }) => {
      const { status, headers } = await fetch(`${of.url}/api/public/status`, {
        headers: { origin: `https://${host}` },
      });
      return [status, headers.get('access-control-allow-origin')];
    };
    expect(await askedAs(plain)).toEqual([200, null]);
    expect(await askedAs(api)).toEqual([200, `https://${host}`]);
    const off = [
      await plain.call('/api/v1/auth/discord', { body: { code: 'c' } }),
      await plain.call(roomPath(), { token }),
      await plain.call('/api/v1/rooms', { token, method: 'PUT', body: {} }),
    ];
    expect(off.map(codeOf)).toEqual(['not-found', 'not-found', 'not-found']);
    const client = await connectStomp(`${plain.url.replace('http', 'ws')}/ws`, token);
    await using _client = client;
    const told = await client.listen<WallMessage>(`${roomTopic}${room.id}`);
    await expect.poll(() => told).toEqual([{ type: 'closed' }]);
  });
});

describe('a room', () => {
  test('is open to those alone whom Discord says are in it', async () => {
    const { token, id } = await enter();
    expect((await api.call(roomPath(), { token })).body).toEqual({
      discordId: id,
      channelId: room.channelId,
      guildId: room.guildId,
    });
    const { accessToken: stranger } = await api.signUp();
    expect(codeOf(await api.call(roomPath(), { token: stranger }))).toBe('not-found');
    const { client, told } = await look(stranger);
    await using _client = client;
    await expect.poll(() => told).toEqual([{ type: 'closed' }]);
  });

  test('opens with the result whose button its person pressed, and with nobody else’s', async () => {
    const { token, id } = await enter();
    const { key } = await addServiceKey(api);
    const open = (body: object) =>
      api.call('/api/v1/rooms', { token: key, headers: actFor(id), method: 'PUT', body });
    const taskId = await make(token);
    expect((await open({ taskId })).status).toBe(204);
    expect((await api.call(roomPath(), { token })).body.opening).toBe(taskId);
    const other = await enter();
    expect((await api.call(roomPath(), { token: other.token })).body.opening).toBeUndefined();
    expect(codeOf(await open({ taskId: await make(other.token) }))).toBe('not-found');
    expect((await open({})).status).toBe(204);
    expect((await api.call(roomPath(), { token })).body.opening).toBeUndefined();
  });
});

describe('the wall', () => {
  test('shows live what others make in the room, and nothing that they make elsewhere', async () => {
    const [maker, other] = [await enter(), await enter()];
    const early = await make(maker.token, { room: room.id }, 'early');
    const { client, told } = await look(other.token);
    await using _client = client;
    expect(told.at(-1)).toMatchObject({ type: 'wall', tasks: [{ id: early, discordId: maker.id }] });
    await make(maker.token, {}, 'elsewhere');
    const late = await make(maker.token, { room: room.id }, 'late');
    await finish(late);
    const shown = () => told.flatMap((one) => (one.type === 'task' ? [one.task] : []));
    await expect
      .poll(() => shown().at(-1))
      .toMatchObject({ id: late, prompt: 'late', status: 'succeeded', outputs: [{ mime: 'image/png' }] });
    expect(shown().map(({ prompt }) => prompt)).not.toContain('elsewhere');
    // Seen by the others, not paid by them.
    expect(JSON.stringify(told)).not.toMatch(/"cost"|cancelCost|"params"/);
  });

  test('loses what somebody made who has left, and is closed to them', async () => {
    const [maker, other] = [await enter(), await enter()];
    await make(maker.token);
    const { client, told } = await look(other.token);
    await using _client = client;
    room.users.delete(maker.id);
    // A newcomer makes Discord be asked at once.
    const newcomer = await enter();
    const later = await look(newcomer.token);
    await using _later = later.client;
    await expect.poll(() => told.at(-1)).toEqual({ type: 'wall', tasks: [] });
    const left = await look(maker.token);
    await using _left = left.client;
    await expect.poll(() => left.told).toEqual([{ type: 'closed' }]);
  });

  test('hides what the rules of the server forbid, and whoever they block', async () => {
    const [maker, blocked, other] = [await enter(), await enter(), await enter()];
    const { key } = await addServiceKey(api);
    const body = { blockedWords: ['forbidden'], blocks: { [blocked.id]: { reason: 'spam' } } };
    const headers = actFor(other.id);
    const written = await api.call(policyPath(room.guildId), { token: key, headers, method: 'PUT', body });
    expect(written.status).toBe(200);
    await make(maker.token, { room: room.id }, 'a forbidden fox');
    await make(blocked.token, { room: room.id }, 'of somebody blocked');
    await make(maker.token, { room: room.id }, 'a good fox');
    const { client, told } = await look(other.token);
    await using _client = client;
    expect(told.at(-1)).toMatchObject({ type: 'wall', tasks: [{ prompt: 'a good fox' }] });
    expect(codeOf(await api.call(roomPath(), { token: blocked.token }))).toBe('forbidden');
  });
});

describe('posting to the channel', () => {
  const post = (token: string, taskId: string, assetId: string) =>
    api.call(`${roomPath()}/posts`, { token, body: { taskId, assetId } });
  const posts = () => discord.posted.filter(({ channelId }) => channelId === room.channelId);

  test('sends the picture once, names its maker without a ping, and makes it public', async () => {
    const { token, id } = await enter();
    const taskId = await make(token, { room: room.id, visibility: 'private' }, 'a *fox* @everyone');
    const assetId = await finish(taskId);
    expect((await post(token, taskId, assetId)).status).toBe(204);
    expect((await post(token, taskId, assetId)).status).toBe(204);
    expect(posts()).toHaveLength(1);
    const [{ message, files } = { message: {}, files: [] }] = posts();
    expect(files).toEqual([`${assetId.slice(-12)}.png`]);
    expect(message).toMatchObject({ allowed_mentions: { parse: [] }, enforce_nonce: true });
    expect(JSON.stringify(message)).toContain(`<@${id}>`);
    expect(JSON.stringify(message)).toContain('\\\\*fox\\\\*');
    expect((await api.call(`/api/v1/tasks/${taskId}`, { token })).body.meta.visibility).toBe('public');
  });

  test('obeys the rules that the bot keeps in that channel', async () => {
    const { token, id } = await enter();
    const { key } = await addServiceKey(api);
    const taskId = await make(token);
    const assetId = await finish(taskId);
    const setPolicy = (body: object) =>
      api.call(policyPath(room.guildId), { token: key, headers: actFor(id), method: 'PUT', body });
    for (const policy of [
      { enabled: false },
      { deniedChannelIds: [room.channelId] },
      { roleIds: [newSnowflake()] },
      { blockedWords: ['fox'] },
      { private: 'always' },
    ]) {
      expect((await setPolicy(policy)).status).toBe(200);
      expect(codeOf(await post(token, taskId, assetId)), JSON.stringify(policy)).toBe('forbidden');
    }
    expect((await setPolicy({ spoiler: true })).status).toBe(200);
    expect((await post(token, taskId, assetId)).status).toBe(204);
    expect(posts()[0]?.files).toEqual([`SPOILER_${assetId.slice(-12)}.png`]);
    expect(posts()).toHaveLength(1);
  });

  test('sends what is no picture as a file, and the words of a text, veiled where results are', async () => {
    const { token, id } = await enter();
    const taskId = await make(token, { room: room.id }, 'a fox');
    const assetId = await finish(taskId);
    const become = (facts: object) => Asset.query(platform.db.database).findById(assetId).patch(facts);
    const partsOf = async () => {
      expect((await post(token, taskId, assetId)).status).toBe(204);
      const { message } = posts().at(-1) ?? { message: { components: [] } };
      const [card] = message.components as { components: object[] }[];
      // Discord would make one message of the next post.
      discord.posted.length = 0;
      return card?.components;
    };
    const media = { url: `attachment://${assetId.slice(-12)}.png` };
    expect(await partsOf()).toMatchObject([{ type: 12, items: [{ media }] }, { type: 10 }]);
    await become({ mime: 'audio/mpeg' });
    expect(await partsOf()).toMatchObject([
      { type: 13, file: media },
      { type: 10, content: `a fox\n<@${id}>` },
    ]);
    await become({ mime: 'text/plain', text: 'a cat || dog' });
    const content = (said: string) => `a fox\n${said}\n<@${id}>`;
    expect(await partsOf()).toMatchObject([
      { type: 13, file: media },
      { type: 10, content: content('a cat \\|\\| dog') },
    ]);
    const { key } = await addServiceKey(api);
    const headers = actFor(id);
    const body = { spoiler: true };
    await api.call(policyPath(room.guildId), { token: key, headers, method: 'PUT', body });
    expect(await partsOf()).toMatchObject([
      { type: 13, file: { url: `attachment://SPOILER_${assetId.slice(-12)}.png` }, spoiler: true },
      { type: 10, content: content('||a cat \\|\\| dog||') },
    ]);
  });

  test('is nothing for the results of others, deleted ones, or channels that the bot may not write in', async () => {
    const [maker, other] = [await enter(), await enter()];
    const taskId = await make(maker.token, { visibility: 'private' });
    const assetId = await finish(taskId);
    expect(codeOf(await post(other.token, taskId, assetId))).toBe('not-found');
    discord.channels.delete(room.channelId);
    expect(codeOf(await post(maker.token, taskId, assetId))).toBe('forbidden');
    discord.channels.add(room.channelId);
    await Asset.query(platform.db.database).findById(assetId).patch({ deletedAt: new Date() });
    expect(codeOf(await post(maker.token, taskId, assetId))).toBe('not-found');
    expect(posts()).toEqual([]);
    const kept = await api.call(`/api/v1/tasks/${taskId}`, { token: maker.token });
    expect(kept.body.meta.visibility).toBe('private');
  });
});
