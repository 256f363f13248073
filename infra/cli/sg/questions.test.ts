import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { testCertificates, testKey } from '@star-graph/core/testing/services/certificates';
import { expect, onTestFinished, test } from 'vitest';
import { readAlertTarget, writeAlertTarget } from './alertTarget.ts';
import { changeEnvFile } from './changeEnvFile.ts';
import { askAll, flagOf, type Question, questions } from './questions.ts';

/** Answers in turn what a person types to each question; to the others Enter. */
function createDeps(typed: Readonly<Record<string, string[]>>) {
  const root = mkdtempSync(join(tmpdir(), 'star-graph-setup-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const asked: string[] = [];
  const said: string[] = [];
  const left = structuredClone(typed) as Record<string, string[]>;
  const deps = {
    root,
    language: 'en' as const,
    async ask({ name }: Question, now: string | undefined) {
      asked.push(name);
      if (typed[name] && left[name]?.length === 0) throw new Error(`${name} was asked too often`);
      return left[name]?.shift() ?? (now === undefined ? undefined : '');
    },
    say: (sentence: string) => said.push(sentence),
  };
  return { deps, asked, said };
}

test('who presses Enter at every question has an installation without a setting', async () => {
  const { deps, asked } = createDeps({});
  expect(await askAll(deps, {}, {})).toEqual({});
  // What belongs to an answer is asked after it alone.
  expect(asked).toEqual([
    'PUBLIC_URL',
    'DATABASE_URL',
    'REDIS_URL',
    'S3_ENDPOINT',
    'COMFYUI_URLS',
    'DISCORD_TOKEN',
    'SMTP_URL',
    'BACKUP_RECIPIENTS',
    'ALERTS_URL',
  ]);
});

test('a wrong answer is told at once and asked again', async () => {
  const { deps, asked, said } = createDeps({
    COMFYUI_URLS: ['ftp://gpu1', 'http://127.0.0.1:9'],
    DATABASE_URL: ['mysql://star:hidden-word@127.0.0.1:9/star', ''],
  });
  expect(await askAll(deps, {}, {})).toEqual({ COMFYUI_URLS: 'http://127.0.0.1:9' });
  expect(asked.filter((name) => name === 'COMFYUI_URLS')).toHaveLength(2);
  expect(said).toEqual([
    'DATABASE_URL: nothing listens at 127.0.0.1:9. Start the database server there, or correct the address.',
    expect.stringContaining('COMFYUI_URLS'),
    expect.stringContaining('Tasks for it wait until it can be used.'),
  ]);
  expect(said.join()).not.toContain('hidden-word');
});

test('an answer that was given beforehand and is wrong ends the setup', async () => {
  const { deps, asked } = createDeps({});
  const given = { PUBLIC_URL: 'pictures.example' };
  await expect(askAll(deps, {}, given)).rejects.toThrow('PUBLIC_URL');
  expect(asked).toEqual([]);
});

test('a second setup keeps what it is not told to change', async () => {
  const { deps } = createDeps({ BACKUP_EVERY_HOURS: ['24'] });
  const before = { PUBLIC_URL: 'https://pictures.example', BACKUP_RECIPIENTS: `age1${'q'.repeat(58)}` };
  expect(await askAll(deps, before, {})).toEqual({ BACKUP_EVERY_HOURS: '24' });
});

test('secrets are given as files', () => {
  expect(questions.filter(({ isSecret }) => isSecret).map(flagOf)).toEqual([
    'database-url-file',
    'redis-url-file',
    's3-access-key-file',
    's3-secret-key-file',
    'discord-token-file',
    'smtp-url-file',
    'alerts-url-file',
  ]);
});

test('settings are written into .env without touching other lines, and are read as they were given', () => {
  const text = '# Mine.\nAPI_PORT=9000\nPUBLIC_URL=http://old\n\nexport REDIS_URL=redis://old\n';
  const changes = {
    PUBLIC_URL: 'https://pictures.example',
    REDIS_URL: "redis://:a#b'c@h:1/0",
    NEW: 'with spaces "x"',
  };
  const changed = changeEnvFile(text, changes);
  expect(changed.startsWith('# Mine.\nAPI_PORT=9000\n')).toBe(true);
  expect(parseEnv(changed)).toEqual({ API_PORT: '9000', ...changes });
  expect(() => changeEnvFile('', { BAD: `'"\`` })).toThrow('BAD');
});

test('a Discord token is shown to Discord at once, and one that is refused is asked again', async () => {
  const discord = await listen(({ headers, url }, answer) => {
    const isGood = url === '/api/v10/users/@me' && headers.authorization === 'Bot good-word';
    answer.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(isGood ? { username: 'painter' } : { message: '401: Unauthorized' }));
  });
  const api = `${discord.origin}/api`;
  const { deps, said } = createDeps({ DISCORD_TOKEN: ['wrong-word', 'good-word'] });
  expect(await askAll(deps, { DISCORD_API_URL: api }, {})).toEqual({ DISCORD_TOKEN: 'good-word' });
  expect(said).toEqual([
    expect.stringContaining('Discord does not know this token'),
    'Discord knows the bot as painter.',
  ]);
  const chinese = createDeps({ DISCORD_TOKEN: ['good-word'] });
  await askAll({ ...chinese.deps, language: 'zh-CN' }, { DISCORD_API_URL: api }, {});
  expect(chinese.said).toEqual(['Discord 认得这个机器人：painter。']);
  await discord.close();
  // Away is not wrong: the answer is kept, and said to be untried.
  const away = createDeps({ DISCORD_TOKEN: ['some-word'] });
  expect(await askAll(away.deps, { DISCORD_API_URL: api }, {})).toEqual({ DISCORD_TOKEN: 'some-word' });
  expect(away.said.join()).toContain('could not be asked');
  expect([...said, ...away.said].join()).not.toMatch(/(wrong|good|some)-word/);
});

test('a mail server is signed in to at once, and its password is not repeated', async () => {
  const { deps, asked, said } = createDeps({ SMTP_URL: ['mail.example', 'smtp://me:mail-word@127.0.0.1:9'] });
  await expect(askAll(deps, {}, {})).rejects.toThrow('was asked too often');
  expect(asked.filter((name) => name === 'SMTP_URL')).toHaveLength(3);
  expect(said).toEqual([
    expect.stringMatching(/^SMTP_URL must be/),
    expect.stringMatching(/^SMTP_URL: at 127\.0\.0\.1:9 .* Correct address/),
  ]);
  expect(said.join()).not.toContain('mail-word');
});

test('a webhook for alerts is sent one message at once, and Alertmanager is told of it', async () => {
  const bodies: unknown[] = [];
  const hook = await listen(async (request, answer) => {
    bodies.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    answer.writeHead(request.url === '/hook-word' ? 204 : 404).end();
  });
  const good = `${hook.origin}/hook-word`;
  const { deps, said } = createDeps({ ALERTS_URL: [`${hook.origin}/lost-word`, 'no address', good] });
  expect(await askAll(deps, {}, {})).toEqual({ ALERTS_URL: good });
  expect(said).toEqual([
    expect.stringContaining('answers 404.'),
    expect.stringContaining('this is no address.'),
    expect.stringContaining('A message was sent to 127.0.0.1'),
  ]);
  expect(said.join()).not.toMatch(/(hook|lost)-word/);
  expect(bodies).toHaveLength(2);
  await hook.close();

  const file = join(deps.root, 'alertmanager.yml');
  expect(readAlertTarget(file)).toBeUndefined();
  for (const url of [good, 'https://discord.com/api/webhooks/1/a', 'https://hooks.slack.com/services/b']) {
    writeFileSync(file, writeAlertTarget(url));
    expect(readAlertTarget(file)).toBe(url);
  }
  expect(writeAlertTarget(good)).toContain('DatabaseAway');
});

test('a certificate is asked for where nothing is in front, and must fit its key and the address', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'star-graph-setup-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const paths = {
    cert: join(folder, 'cert.pem'),
    key: join(folder, 'key.pem'),
    other: join(folder, 'no.pem'),
  };
  writeFileSync(paths.cert, testCertificates.good);
  writeFileSync(paths.key, testKey);
  writeFileSync(
    paths.other,
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );
  const { deps, said } = createDeps({
    PUBLIC_URL: ['https://localhost:9'],
    TLS_CERT_FILE: [paths.cert],
    TLS_KEY_FILE: [join(folder, 'missing.pem'), paths.other, paths.key],
  });
  expect(await askAll(deps, {}, {})).toMatchObject({
    TLS_CERT_FILE: paths.cert,
    TLS_KEY_FILE: paths.key,
  });
  expect(said).toEqual([
    expect.stringContaining('Nobody answers at https://localhost:9 yet'),
    expect.stringContaining('TLS_KEY_FILE: cannot be used'),
    expect.stringContaining('belongs to another certificate'),
    expect.stringContaining('The certificate is good until'),
  ]);
  const elsewhere = { PUBLIC_URL: 'https://127.0.0.2:9', TLS_CERT_FILE: paths.cert };
  const misnamed = createDeps({});
  await expect(askAll(misnamed.deps, elsewhere, { TLS_KEY_FILE: paths.key })).rejects.toThrow(
    'not for 127.0.0.2',
  );
  const fronted = createDeps({ PUBLIC_URL: ['https://localhost:9'], TRUSTED_PROXIES: ['127.0.0.1'] });
  await askAll(fronted.deps, {}, {});
  expect(fronted.asked).not.toContain('TLS_CERT_FILE');
});

async function listen(onRequest: RequestListener) {
  const server = createServer(onRequest);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => server.close(done)),
  };
}
