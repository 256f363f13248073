import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeIn } from '@star-graph/api/testing/calls/browser';
import { startTestApi } from '@star-graph/api/testing/servers/apiServer';
import { platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { signInFixture } from '@star-graph/api/testing/servers/signInBench';
import { startSmtpServer } from '@star-graph/core/testing/services/smtpServer';
import { expect, test } from 'vitest';
import { findExample, runShell } from './examples.ts';

const platform = platformFixture();
const bench = signInFixture(platform);

test('the settings and the call of the guide sign a person in', async () => {
  const [example] = JSON.parse(await findExample('sign-in.md', 'json', '"issuer"'));
  // The stand-ins of the guide, and nothing else, become those of a provider that is there.
  const { issuer, clientId, clientSecret, name } = bench.provider.config;
  const scopes = [...example.scopes, 'groups'];
  const file = join(platform.env.DATA_DIR ?? '', 'providers.json');
  await writeFile(file, JSON.stringify([{ ...example, issuer, clientId, clientSecret, name, scopes }]));
  await using api = await bench.startWith({}, { OIDC_PROVIDERS: '', OIDC_PROVIDERS_FILE: file });
  const { text } = await bench.come(api, { sub: 'boss', groups: ['star-graph-admins'] });
  const call = await findExample('sign-in.md', 'sh', '/auth/link');
  await using curl = runShell(call, { STAR_GRAPH_URL: api.url, CODE: codeIn(text) });
  expect(await curl.ended).toBe(0);
  expect(JSON.parse(curl.text())).toMatchObject({
    user: { role: 'admin' },
    refreshToken: expect.any(String),
  });
  expect((await bench.come(api, { sub: 'stranger', groups: [] })).text).toContain('Link this sign-in');
});

test('the call of the guide makes a reset link', async () => {
  await using api = await startTestApi(platform);
  const { user } = await api.signUp();
  const call = await findExample('sign-in.md', 'sh', '/password-reset');
  const env = { STAR_GRAPH_URL: api.url, PERSON: user.id, TOKEN: await api.signInAsAdmin() };
  await using curl = runShell(call, env);
  expect(await curl.ended).toBe(0);
  const { url } = JSON.parse(curl.text());
  const body = { token: new URL(url).hash.slice(1), password: 'another one for all' };
  expect((await api.call('/api/v1/auth/password-reset', { body })).status).toBe(204);
});

test('the calls of the guide verify an address, and send a reset link', async () => {
  await using smtp = await startSmtpServer();
  await using api = await startTestApi(platform, { SMTP_URL: smtp.url, SMTP_TLS: 'optional' });
  const { accessToken } = await api.signUp();
  const env = { STAR_GRAPH_URL: api.url, TOKEN: accessToken };
  const tokenOf = async (count: number) =>
    /#([\w-]{43})/.exec((await smtp.mailTo('ada@example.com', count)).text)?.[1];
  await using asking = runShell(await findExample('sign-in.md', 'sh', '/users/email'), env);
  expect(await asking.ended).toBe(0);
  const verified = await api.call('/api/v1/auth/email-verification', { body: { token: await tokenOf(1) } });
  expect(verified.status).toBe(204);
  await using forgetting = runShell(await findExample('sign-in.md', 'sh', '/by-mail'), env);
  expect(await forgetting.ended).toBe(0);
  const body = { token: await tokenOf(2), password: 'another one for all' };
  expect((await api.call('/api/v1/auth/password-reset', { body })).status).toBe(204);
});
