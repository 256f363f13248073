import type { Client } from '@modelcontextprotocol/client';
import { eventually } from '@star-graph/core/testing/eventually';
import { SignJWT } from 'jose';
import OpenAI from 'openai';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../testing/servers/apiServer.ts';
import { addServiceKey } from '../testing/servers/fixtures.ts';
import { drawing } from './testing/graphFixture.ts';
import { mcpFixture } from './testing/mcpServer.ts';
import { errorOf, small } from './testing/openAiServer.ts';
import { basicOf } from './testing/sdapiServer.ts';

const { api, pool, platform, connect, enterByKey, tasksOf, asAdmin } = mcpFixture({
  env: { SDAPI_PORT: '0', GRAPH_PORT: '0', GRAPH_DOOR: 'user', SIGN_UP_GRANT: '1000' },
});
interface PeopleKey {
  id: string;
  key: string;
  peopleSecret?: string;
}

async function addPeopleKey(people: { of: string; signed: boolean }): Promise<PeopleKey> {
  const token = await api.signInAsAdmin();
  const made = await api.call('/api/admin/service-keys', { token, body: { name: 'front', people } });
  expect([made.status, made.body.people]).toEqual([201, people]);
  return made.body;
}

let open: PeopleKey;
let signed: PeopleKey;
beforeAll(async () => {
  open = await addPeopleKey({ of: 'openwebui', signed: false });
  signed = await addPeopleKey({ of: 'signedui', signed: true });
});
beforeEach(async () => {
  await pool.release();
});

const clientOf = (apiKey: string, defaultHeaders: Record<string, string>) =>
  new OpenAI({ baseURL: `${api.url}/v1`, apiKey, defaultHeaders, maxRetries: 0 });
const named = (id: string) => ({ 'X-OpenWebUI-User-Id': id });
const draw = (client: OpenAI) => client.images.generate({ prompt: 'a fox', ...small });

const accountsOf = async (of: string): Promise<Record<string, string>> => {
  const rows: { subject: string; userId: string }[] = await platform.db
    .database('identities')
    .where({ provider: `people.${of}` })
    .select('subject', 'userId');
  return Object.fromEntries(rows.map(({ subject, userId }) => [subject, userId]));
};
const madeBy = (userId: string | undefined) =>
  platform.db
    .database('tasks')
    .where({ userId: userId ?? '' })
    .select('id', 'status', 'cost');
const balanceBy = async (client: Client) => (await client.callTool({ name: 'balance' })).structuredContent;

test('people whom a program names have credits, tasks and names of their own', async () => {
  const [ann, ben] = [clientOf(open.key, named('ann%40home')), clientOf(open.key, named('ben'))];
  expect((await ann.models.list()).data.length).toBeGreaterThan(0);
  expect((await draw(ann)).data).toHaveLength(1);
  const accounts = await accountsOf('openwebui');
  const [made] = await madeBy(accounts['ann@home']);
  expect(made).toMatchObject({ status: 'succeeded' });
  await ben.models.list();
  expect(await madeBy((await accountsOf('openwebui')).ben)).toEqual([]);
  const inMcp = (id: string) => connect({ Authorization: `Bearer ${open.key}`, 'X-LibreChat-User-Id': id });
  expect(await balanceBy(await inMcp('ann@home'))).toMatchObject({ available: 1_000 - made.cost });
  expect(await balanceBy(await inMcp('ben'))).toMatchObject({ available: 1_000 });
});

test('a person blocked by an administrator is out, and others of the program are not', async () => {
  const [cat, dan] = [clientOf(open.key, named('cat')), clientOf(open.key, named('dan'))];
  await cat.models.list();
  const { cat: id } = await accountsOf('openwebui');
  expect((await asAdmin(`users/${id}`, { disabled: true }, 'PATCH')).status).toBe(200);
  expect((await errorOf(draw(cat))).status).toBe(403);
  expect((await draw(dan)).data).toHaveLength(1);
});

test('a person joins an account of theirs by a code, and makes what is in its gallery', async () => {
  const eve = clientOf(open.key, named('eve'));
  const person = await api.signUp();
  const ask = { model: 'text2img', messages: [{ role: 'user', content: '/link' }] } as const;
  const { choices } = await eve.chat.completions.create({ ...ask, messages: [...ask.messages] });
  const [code] = /(?<=code: )\S+/.exec(choices[0]?.message.content ?? '') ?? [];
  const linked = await api.call('/api/v1/auth/link', { token: person.accessToken, body: { code } });
  expect(linked.status).toBe(200);
  expect((await accountsOf('openwebui')).eve).toBe(person.user.id);
  await eventually(async () => {
    expect((await draw(eve)).data).toHaveLength(1);
    expect((await tasksOf(linked.body)).length).toBeGreaterThan(0);
  });
});

describe('names that have to be signed', () => {
  const secretOf = (text: string) => new TextEncoder().encode(text);
  const token = (changes: { secret?: string; subject?: string; expires?: string; alg?: string } = {}) => {
    const jwt = new SignJWT({ email: 'fay@example.org', iss: 'open-webui' })
      .setProtectedHeader({ alg: changes.alg ?? 'HS256' })
      .setIssuedAt()
      .setExpirationTime(changes.expires ?? '5m');
    const whose = changes.subject === undefined ? jwt.setSubject('fay') : jwt.setSubject(changes.subject);
    return whose.sign(secretOf(changes.secret ?? signed.peopleSecret ?? ''));
  };
  const signedBy = (jwt: string) => clientOf(signed.key, { 'X-OpenWebUI-User-Jwt': jwt });

  test('count once they are, and for their own program alone', async () => {
    expect((await draw(signedBy(await token()))).data).toHaveLength(1);
    const { fay } = await accountsOf('signedui');
    expect(await madeBy(fay)).toHaveLength(1);
    expect(await accountsOf('openwebui')).not.toHaveProperty('fay');
  });

  test('are refused without that, and nobody is made for them', async () => {
    const before = await accountsOf('signedui');
    const [head = '', body = ''] = (await token({ subject: 'gus' })).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const wrong: Record<string, string>[] = [
      { ...named('gus') },
      { 'X-OpenWebUI-User-Jwt': await token({ subject: 'gus', secret: 'x'.repeat(43) }) },
      { 'X-OpenWebUI-User-Jwt': await token({ subject: 'gus', expires: '-2m' }) },
      { 'X-OpenWebUI-User-Jwt': await token({ subject: 'gus', alg: 'HS512' }) },
      { 'X-OpenWebUI-User-Jwt': await token({ subject: 'gus and more' }) },
      { 'X-OpenWebUI-User-Jwt': `${none}.${body}.` },
      { 'X-OpenWebUI-User-Jwt': `${head}.${body}.` },
      {},
    ];
    for (const headers of wrong)
      expect((await errorOf(draw(clientOf(signed.key, headers)))).status).toBe(401);
    expect(await accountsOf('signedui')).toEqual(before);
  });
});

test('a key without that right is the key’s own person, whatever its headers say', async () => {
  const holder = await enterByKey();
  const before = await accountsOf('openwebui');
  const client = clientOf(holder.key, { ...named('ann@home'), 'Star-Graph-Person': 'ben' });
  expect((await draw(client)).data).toHaveLength(1);
  expect(await tasksOf(holder.person)).toHaveLength(1);
  const bot = await addServiceKey(api);
  expect((await errorOf(draw(clientOf(bot.key, named('ann@home'))))).status).toBe(403);
  expect(await accountsOf('openwebui')).toEqual(before);
});

test('a program’s key opens the doors alone, and speaks for nobody elsewhere', async () => {
  for (const headers of [named('ann@home'), { 'Star-Graph-Act-For': 'discord:100000000000000888' }]) {
    const answer = await api.call('/api/v1/users/balance', { token: open.key, headers });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden']);
  }
  expect((await errorOf(draw(clientOf(open.key, {})))).status).toBe(401);
  const two = { ...named('ann@home'), 'Star-Graph-Person': 'ben' };
  expect((await errorOf(draw(clientOf(open.key, two)))).status).toBe(401);
  const forDiscord = { ...named('ann@home'), 'Star-Graph-Act-For': 'discord:100000000000000888' };
  expect((await errorOf(draw(clientOf(open.key, forDiscord)))).status).toBe(403);
});

test('one person’s interrupt and queue reach nobody else behind the same key', async () => {
  await pool.hold();
  const send = (url: string, id: string, body?: object, method = body ? 'POST' : 'GET') =>
    fetch(url, {
      method,
      headers: { authorization: basicOf(open.key), 'content-type': 'application/json', ...named(id) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const sdapi = `${api.sdapiUrl}/sdapi/v1`;
  const drawn = send(`${sdapi}/txt2img`, 'ida', { prompt: 'a fox', width: 256, height: 256, steps: 2 });
  await eventually(async () => expect(await madeBy((await accountsOf('openwebui')).ida)).toHaveLength(1));
  expect((await send(`${sdapi}/interrupt`, 'jon', {})).status).toBe(200);
  const progress = (await (await send(`${sdapi}/progress`, 'jon')).json()) as {
    state: { job_count: number };
  };
  expect(progress.state.job_count).toBe(0);
  expect((await send(`${sdapi}/options`, 'jon', { sd_model_checkpoint: 'z-image' })).status).toBe(422);
  const graph = await send(`${api.graphUrl}/prompt`, 'ida', { prompt: drawing() });
  expect(graph.status).toBe(200);
  const remaining = async (id: string) => (await send(`${api.graphUrl}/prompt`, id)).json();
  expect(await remaining('jon')).toEqual({ exec_info: { queue_remaining: 0 } });
  expect(await remaining('ida')).toEqual({ exec_info: { queue_remaining: 1 } });
  await pool.release();
  expect((await drawn).status).toBe(200);
});

test('a key that ends takes its people out at once, and their accounts stay', async () => {
  const gone = await addPeopleKey({ of: 'gone', signed: false });
  const kim = clientOf(gone.key, named('kim'));
  await kim.models.list();
  expect((await asAdmin(`service-keys/${gone.id}`, undefined, 'DELETE')).status).toBe(204);
  expect((await errorOf(kim.models.list())).status).toBe(401);
  const next = await addPeopleKey({ of: 'gone', signed: false });
  const before = await accountsOf('gone');
  await clientOf(next.key, named('kim')).models.list();
  expect(await accountsOf('gone')).toEqual(before);
});
