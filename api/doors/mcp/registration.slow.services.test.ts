import { UnauthorizedError } from '@modelcontextprotocol/client';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../testing/servers/apiServer.ts';
import { fixture } from '../../testing/servers/fixtures.ts';
import { mcpFixture, PatientClient, small } from '../testing/mcpServer.ts';
import { KeptProgram, redirectUri, transportOf } from '../testing/program.ts';

const { platform, pool, tasksOf } = mcpFixture();
/** At the address that it says it has. */
const api: TestApi = fixture(async () => {
  const port = await findFreePort();
  const env = { API_PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, SIGN_UP_GRANT: '1000' };
  return startTestApi(platform, env);
});
beforeAll(async () => {
  await pool.release();
});

interface Registered {
  client_id: string;
  client_name: string;
  redirect_uris: string[];
  error?: string;
}

async function register(description: unknown): Promise<{ status: number; body: Registered }> {
  const answer = await fetch(`${api.url}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof description === 'string' ? description : JSON.stringify(description),
  });
  return { status: answer.status, body: (await answer.json()) as Registered };
}

const rowsOf = (id: string) => platform.db.database('program_registrations').where({ id });
const queryFor = (client_id: string, changes: Record<string, string> = {}) =>
  new URLSearchParams({
    response_type: 'code',
    client_id,
    redirect_uri: redirectUri,
    resource: `${api.url}/mcp`,
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
    ...changes,
  }).toString();
const read = (token: string, query: string) =>
  api.call('/api/v1/users/programs/requests', { token, body: { query } });

test('a name that would turn or hide the words of the question is shown without that', async () => {
  const { accessToken } = await api.signUp();
  const client_name = '\u202emoc.elpmaxe yb\u2066 Cl\u200baude';
  const { body } = await register({ client_name, redirect_uris: [redirectUri] });
  const asked = await read(accessToken, queryFor(body.client_id));
  expect([body.client_name, asked.body.name]).toEqual(Array(2).fill('moc.elpmaxe yb Claude'));
});

test('the official client registers, is let in, makes a picture, and is listed without a site', async () => {
  const person = await api.signUp();
  const program = new KeptProgram();
  const newClient = () => new PatientClient({ name: 'test', version: '1.0.0' });
  await expect(newClient().connect(transportOf(api.url, program))).rejects.toThrow(UnauthorizedError);
  const query = program.asked?.search.slice(1) ?? '';
  const { body: asked } = await read(person.accessToken, query);
  expect([asked.name, asked.host, asked.answersTo]).toEqual(['A program', undefined, '127.0.0.1:51234']);
  const yes = { query, allow: true };
  const { body } = await api.call('/api/v1/users/programs', { token: person.accessToken, body: yes });
  await transportOf(api.url, program).finishAuth(new URL(body.redirectTo).searchParams);
  const client = newClient();
  await client.connect(transportOf(api.url, program));
  const draw = { name: 'generate', arguments: { workflow: 'text2img', params: small, waitSeconds: 600 } };
  expect((await client.callTool(draw)).structuredContent).toMatchObject({ status: 'succeeded' });
  expect(await tasksOf(person)).toMatchObject([{ status: 'succeeded' }]);
  const listed = (await api.call('/api/v1/users/programs', { token: person.accessToken })).body.items;
  expect(listed).toMatchObject([{ name: 'A program' }]);
  expect(listed[0].host).toBeUndefined();
});

/** As they sent it when they were started against the platform. */
const programs = {
  'mcp-remote 0.15.1':
    '{"redirect_uris":["http://localhost:24463/oauth/callback"],"token_endpoint_auth_method":"none","grant_types":["authorization_code","refresh_token"],"response_types":["code"],"client_name":"MCP CLI Client","client_uri":"https://github.com/modelcontextprotocol/mcp-cli","software_id":"2e6dc280-f3c3-4e01-99a7-8181dbd1d23d","software_version":"0.15.1","scope":"tasks:read tasks:write assets account:read","application_type":"native"}',
  'MCP Inspector 2.12.0':
    '{"redirect_uris":["http://127.0.0.1:6276/oauth/callback"],"token_endpoint_auth_method":"none","grant_types":["authorization_code","refresh_token"],"response_types":["code"],"client_name":"MCP Inspector","client_uri":"https://github.com/modelcontextprotocol/inspector","scope":"tasks:read tasks:write assets account:read","application_type":"native"}',
  'opencode 1.18.33':
    '{"redirect_uris":["http://127.0.0.1:19876/mcp/oauth/callback"],"client_name":"OpenCode","client_uri":"https://opencode.ai","grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"none","scope":"tasks:read tasks:write assets account:read"}',
  'Gemini CLI 0.61.0':
    '{"client_name":"Gemini CLI MCP Client","redirect_uris":["http://localhost:43331/oauth/callback"],"grant_types":["authorization_code","refresh_token"],"response_types":["code"],"token_endpoint_auth_method":"none","scope":"tasks:read tasks:write assets account:read"}',
  'Codex 0.171.0':
    '{"client_name":"Codex","redirect_uris":["http://127.0.0.1:40391/callback"],"grant_types":["authorization_code","refresh_token"],"token_endpoint_auth_method":"none","response_types":["code"],"scope":"tasks:read tasks:write assets account:read","application_type":"native"}',
};

test.each(Object.entries(programs))(
  '%s is registered once, at any port of its machine',
  async (_name, sent) => {
    const { accessToken } = await api.signUp();
    const { status, body } = await register(sent);
    const [own = ''] = JSON.parse(sent).redirect_uris;
    expect([status, body]).toMatchObject([201, { redirect_uris: [own], token_endpoint_auth_method: 'none' }]);
    expect(body).not.toHaveProperty('client_secret');
    const elsewhere = own.replace(/:\d+/, ':50001');
    expect((await register(sent.replace(own, elsewhere))).body.client_id).toBe(body.client_id);
    expect(await rowsOf(body.client_id)).toHaveLength(1);
    const asked = await read(accessToken, queryFor(body.client_id, { redirect_uri: elsewhere }));
    expect([asked.status, asked.body.name]).toEqual([200, JSON.parse(sent).client_name]);
  },
);

test('a program that may be answered nowhere, or cannot be read, is not registered', async () => {
  const before = await platform.db.database('program_registrations');
  for (const redirect_uris of [undefined, [], ['javascript:alert(1)'], ['http://pictures.example/back'], [7]])
    expect(await register({ client_name: 'Wrong', redirect_uris })).toMatchObject({
      status: 400,
      body: { error: 'invalid_redirect_uri' },
    });
  for (const wrong of ['{', '[]', { client_name: '', redirect_uris: [redirectUri] }])
    expect((await register(wrong)).status).toBe(400);
  expect(await platform.db.database('program_registrations')).toEqual(before);
});

test('a registered program is answered at its own addresses alone, those that are safe', async () => {
  const { accessToken } = await api.signUp();
  const safe = 'https://program.example/back';
  const { body } = await register({ client_name: 'Mixed', redirect_uris: [safe, 'data:text/html,x'] });
  expect(body.redirect_uris).toEqual([safe]);
  const statusAt = async (redirect_uri: string) =>
    (await read(accessToken, queryFor(body.client_id, { redirect_uri }))).status;
  expect(await statusAt(safe)).toBe(200);
  for (const other of ['data:text/html,x', `${safe}/more`, 'https://elsewhere.example/back', redirectUri])
    expect(await statusAt(other)).toBe(422);
});

test('a registration ends after a week, unless a person lets it in', async () => {
  const { accessToken: token } = await api.signUp();
  const { client_id: id } = (await register({ client_name: 'Kept', redirect_uris: [redirectUri] })).body;
  const daysLeft = async () => ((await rowsOf(id))[0].expiresAt.getTime() - Date.now()) / 86_400_000;
  expect(await daysLeft()).toBeCloseTo(7, 1);
  const body = { query: queryFor(id), allow: true };
  expect((await api.call('/api/v1/users/programs', { token, body })).status).toBe(200);
  expect(await daysLeft()).toBeCloseTo(90, 1);
  await register({ client_name: 'Kept', redirect_uris: [redirectUri] });
  expect(await daysLeft()).toBeCloseTo(90, 1);
  await rowsOf(id).update({ expiresAt: new Date(Date.now() - 1) });
  const late = await read(token, queryFor(id));
  expect([late.status, late.body.detail]).toEqual([422, expect.stringContaining('begin its sign-in anew')]);
});

test('a consent that cannot keep the registration leaves no code', async () => {
  const { database } = platform.db;
  const { accessToken: token, user } = await api.signUp();
  const { client_id } = (await register({ client_name: 'Held', redirect_uris: [redirectUri] })).body;
  const body = { query: queryFor(client_id), allow: true };
  const consent = () => api.call('/api/v1/users/programs', { token, body });
  const codes = () => database('program_codes').where({ userId: user.id }).select('clientId');
  await database.raw(
    `CREATE TRIGGER refuse_keeping BEFORE UPDATE ON program_registrations FOR EACH ROW SIGNAL SQLSTATE '45000'`,
  );
  try {
    expect((await consent()).status).toBe(500);
    expect(await codes()).toEqual([]);
  } finally {
    await database.raw('DROP TRIGGER refuse_keeping');
  }
  expect((await consent()).status).toBe(200);
  expect(await codes()).toEqual([{ clientId: client_id }]);
});

test('one address registers so many programs an hour, and no more', async () => {
  const statuses: number[] = [];
  for (let number = 0; number < 21; number++) {
    const { status } = await register({ client_name: `Many ${number}`, redirect_uris: [redirectUri] });
    statuses.push(status);
  }
  expect([statuses.includes(201), statuses.at(-1)]).toEqual([true, 429]);
  const last = await platform.db.database('program_registrations').where({ name: 'Many 20' });
  expect(last).toEqual([]);
});
