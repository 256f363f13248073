import { parseConfig } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import pino from 'pino';
import { expect, test } from 'vitest';
import { startApi } from '../startApi.ts';
import { codeIn } from '../testing/calls/browser.ts';
import { platformFixture } from '../testing/servers/fixtures.ts';
import { signInFixture } from '../testing/servers/signInBench.ts';

const platform = platformFixture();
const bench = signInFixture(platform);

test.each([
  ['http', 'http://pictures.example', 'star-graph-sign-in-test', false],
  ['https', 'https://pictures.example', '__Host-star-graph-sign-in-test', true],
])('scripts and foreign pages cannot use the cookie: %s', async (_case, publicUrl, name, isSecure) => {
  await using api = await bench.startWith({}, { PUBLIC_URL: publicUrl });
  const { headers } = await fetch(`${api.url}/sign-in/test`, { redirect: 'manual' });
  const [cookie = '', ...others] = headers.getSetCookie();
  expect(others).toEqual([]);
  expect(cookie.startsWith(`${name}=`)).toBe(true);
  const rules = cookie.toLowerCase().split('; ');
  expect(rules).toEqual(expect.arrayContaining(['path=/', 'httponly', 'samesite=lax']));
  expect(rules.includes('secure')).toBe(isSecure);
  const location = new URL(headers.get('location') ?? '');
  expect(Object.fromEntries(location.searchParams)).toMatchObject({
    redirect_uri: `${publicUrl}/sign-in/test/callback`,
    response_type: 'code',
    code_challenge_method: 'S256',
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test('the pages speak both languages and run no foreign script', async () => {
  await using api = await bench.startWith({ registration: 'nobody' });
  bench.provider.setPerson({ sub: 'reader' });
  const spoken = async (language: string) =>
    bench.browse(api).open(`${api.url}/sign-in/test`, { 'accept-language': language });
  const [english, chinese, other] = [await spoken('en'), await spoken('zh-CN,zh;q=0.9'), await spoken('fr')];
  expect(english.text).toContain('Link this sign-in');
  expect(chinese.text).toMatch(/<html lang="zh-CN">[\s\S]*关联此登录方式/);
  expect(other.text).toContain('<html lang="en">');
  const policy = english.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(english.headers.get('cache-control')).toBe('no-store');
  expect(english.text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|style=/);
  for (const [, path = ''] of english.text.matchAll(/(?:src|href)="(\/[^"]+)"/g))
    expect([path, (await fetch(`${api.url}${path}`)).status]).toEqual([path, 200]);
});

test('clients learn the providers, and nothing secret of them', async () => {
  await using api = await bench.startWith();
  const { body } = await api.call('/api/public/sign-in-providers');
  expect(body).toEqual({ items: [{ name: 'test', title: 'Test provider', url: `${api.url}/sign-in/test` }] });
});

test('no secret of a sign-in is in the log', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void lines.push(line) });
  const settings = await bench.configure();
  const [right] = JSON.parse(settings.OIDC_PROVIDERS ?? '');
  const wrong = { ...right, name: 'wrong', issuer: `${right.issuer}/wrong`, clientSecret: 'wrong secret' };
  const env = { ...platform.env, ...settings, OIDC_PROVIDERS: JSON.stringify([right, wrong]) };
  const api = await startApi({ clock: systemClock, log }, parseConfig(env));
  try {
    bench.provider.setPerson({ sub: 'logged' });
    const browser = bench.browse(api);
    const page = await browser.open(`${api.url}/sign-in/test`);
    const failed = await browser.open(`${api.url}/sign-in/wrong`);
    expect([page.status, failed.status]).toEqual([200, 502]);
    const text = lines.join('');
    expect(text).toContain('a sign-in by OpenID Connect failed');
    const [cookie = ''] = browser.setCookies;
    const kept = cookie.slice(cookie.indexOf('=') + 1, cookie.indexOf(';'));
    const { secret } = JSON.parse(Buffer.from(kept, 'base64url').toString());
    const secrets = [right.clientSecret, wrong.clientSecret, codeIn(page.text), secret];
    for (const value of new URL(page.url).searchParams.values())
      if (value !== right.issuer) secrets.push(value);
    expect(secrets.length).toBeGreaterThan(5);
    expect(secrets.filter((one) => one === '' || text.includes(one))).toEqual([]);
  } finally {
    await api.stop();
  }
});

test.each([
  ['not JSON', '{', 'must be JSON'],
  ['an unknown key', '[{"secret":"hidden"}]', 'unknown key'],
  ['groups without their claim', '[{"registration":{"groups":["a"]}}]', 'OIDC_PROVIDERS'],
])('wrong settings are named without their values: %s', (_case, text, message) => {
  const parse = () => parseConfig({ ...platform.env, OIDC_PROVIDERS: text });
  expect(parse).toThrow(message);
  expect(parse).not.toThrow('hidden');
});
