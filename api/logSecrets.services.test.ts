import { randomBytes } from 'node:crypto';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import pino from 'pino';
import { expect, test } from 'vitest';
import { startApi } from './startApi.ts';
import { adminPassword } from './testing/servers/apiServer.ts';
import { platformFixture } from './testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });

test('no password, token, key or prompt is in the log, at its most detailed', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const api = await startApi(
    { clock: systemClock, log },
    parseConfig({ ...platform.env, SIGN_UP_GRANT: '100' }),
  );
  const secrets: string[] = [adminPassword, ...Object.values(platform.env).filter((it) => it.length > 30)];
  const keep = (text: string): string => {
    secrets.push(text);
    return text;
  };
  const send = async (path: string, token?: string, body?: unknown): Promise<Record<string, never>> => {
    const response = await fetch(`${api.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json() as Promise<Record<string, never>>;
  };
  const password = keep(randomBytes(12).toString('hex'));
  const username = `u${randomBytes(6).toString('hex')}`;
  const signedIn = await send('/api/v1/auth/register', undefined, { username, password });
  const token = keep(signedIn.accessToken ?? '');
  keep(signedIn.refreshToken ?? '');
  await send('/api/v1/auth/login', undefined, { username, password: keep(`wrong ${password}`) });
  keep(
    (await send('/api/v1/auth/refresh', undefined, { refreshToken: signedIn.refreshToken })).accessToken ??
      '',
  );
  keep((await send('/api/v1/users/api-keys', token, { name: 'script' })).key ?? '');
  keep((await send('/api/v1/users/link-codes', token, {})).code ?? '');
  const webhook = { url: 'https://93.184.215.14/hook' };
  keep((await send('/api/v1/users/webhooks', token, webhook)).secret ?? '');
  await send('/api/v1/generate/text2img', token, { prompt: keep('a walled garden at dawn') });
  await send('/api/v1/generate/text2img', token, { prompt: 'x', nonsense: keep('something quite private') });
  await send('/api/v1/users/profile', keep('not-a-token-at-all'));
  await api.stop();

  expect(secrets.every((secret) => secret.length > 7)).toBe(true);
  const written = lines.join('\n');
  expect(written).toContain('/api/v1/generate/{workflow}');
  expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
});
