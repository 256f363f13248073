import { UnauthorizedError } from '@modelcontextprotocol/client';
import type { TokenSignInView } from '@star-graph/contract/auth/signIn';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { eventually } from '@star-graph/core/testing/eventually';
import { createClockFromNoon } from '@star-graph/core/testing/manualClock';
import { testAuthority } from '@star-graph/core/testing/services/certificates';
import { beforeAll, describe, expect, test } from 'vitest';
import { codeOf, startTestApi, type TestApi } from '../../testing/servers/apiServer.ts';
import { fixture } from '../../testing/servers/fixtures.ts';
import { mcpFixture, PatientClient, small } from '../testing/mcpServer.ts';
import { KeptProgram, programSite, redirectUri, transportOf } from '../testing/program.ts';

// Programs spend by days.
const clock = createClockFromNoon();
const { api: guarded, platform, pool, tasksOf, balanceOf } = mcpFixture({ clock });
const site = programSite();
/** At the address that it says it has. */
const api: TestApi = fixture(async () => {
  const port = await findFreePort();
  const env = { API_PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, SIGN_UP_GRANT: '1000' };
  return startTestApi(platform, env, { isAllowedAddress: () => true, authority: testAuthority, clock });
});
beforeAll(async () => {
  await pool.release();
});

const newClient = () =>
  new PatientClient({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
const draw = { name: 'generate', arguments: { workflow: 'text2img', params: small, waitSeconds: 600 } };

/** The official client up to the page of the platform. */
async function ask(): Promise<{ program: KeptProgram; query: string }> {
  const program = new KeptProgram(`${site.url}/client.json`);
  await expect(newClient().connect(transportOf(api.url, program))).rejects.toThrow(UnauthorizedError);
  return { program, query: program.asked?.search.slice(1) ?? '' };
}

const answer = (person: TokenSignInView, query: string, more: object = { allow: true }) =>
  api.call('/api/v1/users/programs', { token: person.accessToken, body: { query, ...more } });

/** A person lets it in, and its client fetches its tokens. */
async function letIn(more: object = {}) {
  const person = await api.signUp();
  const { program, query } = await ask();
  const { redirectTo } = (await answer(person, query, { allow: true, ...more })).body;
  await transportOf(api.url, program).finishAuth(new URL(redirectTo).searchParams);
  const client = newClient();
  await client.connect(transportOf(api.url, program));
  return { person, program, client, redirectTo };
}

interface TokenAnswer {
  error?: string;
  access_token?: string;
  refresh_token?: string;
}

const post = async (path: string, form: Record<string, string>) => {
  const sent = await fetch(`${api.url}${path}`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: sent.status, body: (await sent.json()) as TokenAnswer };
};
const refresh = (token = '') =>
  post('/oauth/token', {
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: `${site.url}/client.json`,
  });
const isOut = async (accessToken = '', { url } = api) =>
  (await fetch(`${url}/mcp`, { headers: { authorization: `Bearer ${accessToken}` } })).status === 401;

test('a program that a person lets in makes a picture within its limit, and is sent away', async () => {
  const person = await api.signUp();
  const { program, query } = await ask();
  const read = await api.call('/api/v1/users/programs/requests', {
    token: person.accessToken,
    body: { query },
  });
  expect(read.body).toEqual({
    name: 'A program',
    host: new URL(site.url).host,
    answersTo: '127.0.0.1:51234',
    scopes: ['tasks:read', 'tasks:write', 'assets', 'account:read'],
  });
  const quoted = await api.call('/api/v1/generate/text2img/quote', {
    token: person.accessToken,
    body: small,
  });
  const { cost } = quoted.body;
  const { redirectTo } = (await answer(person, query, { allow: true, creditsPerDay: cost })).body;
  const back = new URL(redirectTo);
  expect(redirectTo.startsWith(`${redirectUri}?`)).toBe(true);
  expect([back.searchParams.get('iss'), back.searchParams.get('state')]).toEqual([
    api.url,
    'a state of its own',
  ]);
  await transportOf(api.url, program).finishAuth(back.searchParams);
  const client = newClient();
  await client.connect(transportOf(api.url, program));
  expect((await client.callTool(draw)).structuredContent).toMatchObject({ status: 'succeeded' });
  expect(await client.callTool(draw)).toMatchObject({ structuredContent: { code: 'daily-limit' } });
  expect(await tasksOf(person)).toMatchObject([{ status: 'succeeded', cost }]);
  expect(await balanceOf(person)).toEqual({ available: 1_000 - cost, held: 0 });
  const listed = (await api.call('/api/v1/users/programs', { token: person.accessToken })).body.items;
  expect(listed).toMatchObject([{ name: 'A program', creditsPerDay: cost }]);
  const gone = `/api/v1/users/programs/${listed[0].id}`;
  const stranger = await api.signUp();
  expect((await api.call(gone, { token: stranger.accessToken, method: 'DELETE' })).status).toBe(404);
  expect((await api.call(gone, { token: person.accessToken, method: 'DELETE' })).status).toBe(204);
  await expect(client.callTool({ name: 'balance' })).rejects.toThrow();
  expect((await refresh(program.kept?.refresh_token)).body.error).toBe('invalid_grant');
});

test('a token of a program opens the door and nothing else, and no secret of it is stored', async () => {
  const { program, person } = await letIn();
  const { access_token: access = '', refresh_token: renewal = '' } = program.kept ?? {};
  expect(await isOut(access)).toBe(false);
  // The same platform under another address, with the same keys; and a token of another kind.
  expect(await isOut(access, guarded)).toBe(true);
  expect(await isOut(`sgp_${person.accessToken}`)).toBe(true);
  // Whoever was let in a moment ago is not let in elsewhere either.
  const elsewhere = await api.call('/api/v1/users/balance', { token: access });
  expect([elsewhere.status, codeOf(elsewhere)]).toEqual([401, 'unauthenticated']);
  expect((await api.call('/api/v1/users/profile', { token: access })).status).toBe(401);
  const { database } = platform.db;
  const rows = await Promise.all(
    ['api_keys', 'program_codes', 'program_tokens'].map((table) => database(table)),
  );
  const stored = JSON.stringify(rows);
  expect(stored).toContain('client.json');
  for (const secret of [access, renewal]) expect(stored).not.toContain(secret);
});

describe('tokens are renewed', () => {
  test('by the last one, again for a moment while its answer was not used', async () => {
    const { program } = await letIn();
    const first = program.kept?.refresh_token;
    const [one, twin] = await Promise.all([refresh(first), refresh(first)]);
    expect([one.status, twin.status]).toEqual([200, 200]);
    expect(twin.body.refresh_token).toBe(one.body.refresh_token);
    expect(one.body.refresh_token).not.toBe(first);
    expect(await isOut(one.body.access_token)).toBe(false);
    expect(await isOut(program.kept?.access_token)).toBe(false);
  });

  test('by an older one no more: it sends the program away', async () => {
    const { program, person } = await letIn();
    const first = program.kept?.refresh_token;
    const second = (await refresh(first)).body.refresh_token;
    const third = (await refresh(second)).body;
    expect((await refresh(first)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await refresh(third.refresh_token)).body).toMatchObject({ error: 'invalid_grant' });
    expect(await isOut(third.access_token)).toBe(true);
    const { items } = (await api.call('/api/v1/users/programs', { token: person.accessToken })).body;
    expect(items).toEqual([]);
  });

  test('by none for another program', async () => {
    const { program } = await letIn();
    const other = { grant_type: 'refresh_token', refresh_token: program.kept?.refresh_token ?? '' };
    const stolen = await post('/oauth/token', { ...other, client_id: `${site.url}/other.json` });
    expect(stolen.body.error).toBe('invalid_grant');
    expect((await refresh(program.kept?.refresh_token)).status).toBe(200);
  });
});

test('a program that leaves takes its tokens with it', async () => {
  const { program } = await letIn();
  const { refresh_token: token = '', access_token: access = '' } = program.kept ?? {};
  const other = await post('/oauth/revoke', { token, client_id: `${site.url}/other.json` });
  expect([other.status, await isOut(access)]).toEqual([200, false]);
  await post('/oauth/revoke', { token, client_id: `${site.url}/client.json` });
  expect(await isOut(access)).toBe(true);
});

test('a code works once, for who asked for it; a second use sends the program away', async () => {
  const person = await api.signUp();
  const { program, query } = await ask();
  const code = new URL((await answer(person, query)).body.redirectTo).searchParams.get('code') ?? '';
  const right = {
    grant_type: 'authorization_code',
    code,
    code_verifier: program.codeVerifier(),
    client_id: `${site.url}/client.json`,
    redirect_uri: redirectUri,
    resource: `${api.url}/mcp`,
  };
  const wrong = {
    client_id: [`${site.url}/other.json`, 'invalid_grant'],
    redirect_uri: ['http://127.0.0.1:51235/callback', 'invalid_grant'],
    code_verifier: ['x'.repeat(43), 'invalid_grant'],
    resource: ['https://elsewhere.example/mcp', 'invalid_target'],
    code: ['unknown', 'invalid_grant'],
    grant_type: ['password', 'unsupported_grant_type'],
  };
  for (const [name, [value = '', error]] of Object.entries(wrong))
    expect(await post('/oauth/token', { ...right, [name]: value })).toMatchObject({
      status: 400,
      body: { error },
    });
  const { code_verifier: _verifier, ...unproven } = right;
  expect((await post('/oauth/token', unproven)).body.error).toBe('invalid_request');
  const given = await post('/oauth/token', right);
  expect([given.status, await isOut(given.body.access_token)]).toEqual([200, false]);
  expect((await post('/oauth/token', right)).body.error).toBe('invalid_grant');
  expect(await isOut(given.body.access_token)).toBe(true);
});

test.each([
  ['no resource', () => undefined],
  ['the platform itself', () => api.url],
  ['a slash too many', () => `${api.url}/mcp/`],
])('a program that names %s is let in for the only one, and for nothing else', async (_name, resourceOf) => {
  const resource = resourceOf();
  const person = await api.signUp();
  const { program, query } = await ask();
  const params = new URLSearchParams(query);
  params.delete('resource');
  if (resource !== undefined) params.set('resource', resource);
  const { redirectTo } = (await answer(person, params.toString())).body;
  const given = await post('/oauth/token', {
    grant_type: 'authorization_code',
    code: new URL(redirectTo).searchParams.get('code') ?? '',
    client_id: `${site.url}/client.json`,
    redirect_uri: redirectUri,
    code_verifier: program.codeVerifier(),
    ...(resource !== undefined && { resource }),
  });
  const { access_token: access = '' } = given.body;
  expect([given.status, await isOut(access), await isOut(access, guarded)]).toEqual([200, false, true]);
});

test('a code that is a minute old is exchanged for nothing', async () => {
  const person = await api.signUp();
  const { program, query } = await ask();
  const { redirectTo } = (await answer(person, query)).body;
  const over = { expiresAt: new Date(clock.now().getTime() - 1) };
  await platform.db.database('program_codes').where({ userId: person.user.id }).update(over);
  await expect(transportOf(api.url, program).finishAuth(new URL(redirectTo).searchParams)).rejects.toThrow(
    /expired/,
  );
});

test('a person who says no sends the program away, and an API key says nothing for them', async () => {
  const person = await api.signUp();
  const { query } = await ask();
  const { searchParams } = new URL((await answer(person, query, { allow: false })).body.redirectTo);
  expect(Object.fromEntries(searchParams)).toMatchObject({ error: 'access_denied', iss: api.url });
  expect(searchParams.get('code')).toBeNull();
  const { key } = (
    await api.call('/api/v1/users/api-keys', { token: person.accessToken, body: { name: 'a' } })
  ).body;
  const byKey = await api.call('/api/v1/users/programs', { token: key, body: { query, allow: true } });
  expect(byKey.status).toBe(403);
  expect(await platform.db.database('program_codes').where({ userId: person.user.id })).toEqual([]);
});

describe('a request that is not as it should be', () => {
  test.each([
    ['response_type', 'token', 'unsupported_response_type'],
    ['code_challenge_method', 'plain', 'invalid_request'],
    ['code_challenge', '', 'invalid_request'],
    ['resource', 'https://elsewhere.example/mcp', 'invalid_target'],
    ['scope', 'backends:drain', 'invalid_scope'],
  ])('in its %s is sent back to the program', async (name, value, error) => {
    const person = await api.signUp();
    const { query } = await ask();
    const params = new URLSearchParams(query);
    params.set(name, value);
    const { redirectTo } = (await answer(person, params.toString())).body;
    const back = new URL(redirectTo);
    expect([back.origin, back.searchParams.get('error'), back.searchParams.get('code')]).toEqual([
      new URL(redirectUri).origin,
      error,
      null,
    ]);
  });

  test('for scopes that no platform of ours has beside known ones is for the known ones', async () => {
    const person = await api.signUp();
    const params = new URLSearchParams((await ask()).query);
    params.set('scope', 'openid offline_access tasks:read');
    const asked = { token: person.accessToken, body: { query: params.toString() } };
    const { body } = await api.call('/api/v1/users/programs/requests', asked);
    expect([body.redirectTo, body.scopes]).toEqual([undefined, ['tasks:read']]);
  });

  test('about the program itself is told to the person alone', async () => {
    const person = await api.signUp();
    const { query } = await ask();
    const refused = async (name: string, value: string, told = '') => {
      const params = new URLSearchParams(query);
      params.set(name, value);
      const { status, body } = await answer(person, params.toString());
      expect([status, body.redirectTo]).toEqual([422, undefined]);
      expect(body.detail).toContain(told);
    };
    await refused('redirect_uri', 'https://elsewhere.example/callback');
    await refused('client_id', 'https://127.0.0.1:1/client.json', '127.0.0.1:1');
    for (const changes of [
      { client_id: 'https://elsewhere.example/client.json' },
      { redirect_uris: [] },
      { token_endpoint_auth_method: 'client_secret_basic' },
    ]) {
      site.describe(changes);
      await refused('state', 'x');
    }
    site.describe({});
    // The network of the platform itself is out of reach.
    const inside = await guarded.call('/api/v1/users/programs/requests', {
      token: person.accessToken,
      body: { query },
    });
    expect([inside.status, inside.body.detail]).toEqual([422, expect.stringContaining('public internet')]);
  });
});

test('a client without a credential is told where to get one', async () => {
  const { headers, status } = await fetch(`${api.url}/mcp`);
  const [, address = ''] = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '') ?? [];
  expect([status, address]).toEqual([401, `${api.url}/.well-known/oauth-protected-resource/mcp`]);
  expect(await (await fetch(address)).json()).toMatchObject({
    resource: `${api.url}/mcp`,
    authorization_servers: [api.url],
  });
  const server = await (await fetch(`${api.url}/.well-known/oauth-authorization-server`)).json();
  expect(server).toMatchObject({
    issuer: api.url,
    code_challenge_methods_supported: ['S256'],
    client_id_metadata_document_supported: true,
    authorization_response_iss_parameter_supported: true,
  });
});

test('a closed account lets its programs in no more', async () => {
  const { program, person } = await letIn();
  const token = pool.admin;
  await api.call(`/api/admin/users/${person.user.id}`, { token, body: { disabled: true }, method: 'PATCH' });
  await eventually(async () => expect(await isOut(program.kept?.access_token)).toBe(true));
  expect((await refresh(program.kept?.refresh_token)).body.error).toBe('invalid_grant');
});
