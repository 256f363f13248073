import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { eventually } from '@star-graph/core/testing/eventually';
import { expect, onTestFinished, test } from 'vitest';
import { findExample } from '../../docs/examples.ts';
import { startAuthority } from './acme.ts';
import { startNginx } from './nginx.ts';

/** As the page has it. */
const name = 'pictures.example';
const platform = platformFixture();
const api = apiFixture(platform, { PUBLIC_URL: `https://${name}`, TRUSTED_PROXIES: '127.0.0.1' });
const apiPort = () => Number(new URL(api.url).port);

test('certbot gets the first certificate, and nginx takes each renewed one by the commands of its page', async () => {
  // As long as a real one's: one that is due is renewed by whatever command comes next.
  await using authority = await startAuthority({ lifetimeSeconds: 90 * 86_400 });
  const { folder, plainPort, port } = authority;
  await authority.shell(await findExample('nginx.md', 'sh', '--standalone'));

  const [live, challenges] = [join(folder, 'certbot/config/live', name), join(folder, 'challenges')];
  mkdirSync(challenges);
  await using nginx = await startNginx({
    apis: [apiPort()],
    port,
    plainPort,
    variables: {
      SERVER_NAME: name,
      TLS_CERTIFICATE: join(live, 'fullchain.pem'),
      TLS_CERTIFICATE_KEY: join(live, 'privkey.pem'),
    },
    changes: [['/var/www/certbot', challenges]],
  });
  await authority.wrap('nginx', ['-e', 'stderr', '-c', nginx.configFile]);
  const first = await authority.see(name);
  expect(first.subjectaltname).toBe(`DNS:${name}`);

  const further = await findExample('nginx.md', 'sh', 'reconfigure');
  await authority.shell(further.replace('/var/www/certbot', challenges));
  // What the timer calls, as if the certificate were old.
  await authority.shell('certbot renew --force-renewal --no-random-sleep-on-renew');
  await eventually(async () => {
    const { serialNumber } = await authority.see(name);
    expect(serialNumber).not.toBe(first.serialNumber);
  });
});

interface Answer {
  status: number | undefined;
  body: string;
}

test('Caddy certifies itself, renews, keeps numbers to itself and leads Discord to the bot by the lines of the page', async () => {
  // Far longer than a busy machine takes to get one: what has ended is not seen.
  await using authority = await startAuthority({ lifetimeSeconds: 600 });
  const { folder, plainPort, port, directoryUrl, authorityFile } = authority;
  const options = [
    ...['admin off', `http_port ${plainPort}`, `https_port ${port}`, `acme_ca ${directoryUrl}`],
    ...[`acme_ca_root ${authorityFile}`, 'renew_interval 1s', `storage file_system ${folder}/caddy`],
  ];
  const shipped = await findExample('nginx.md', 'caddyfile', name);
  const file = join(folder, 'Caddyfile');
  const lines = shipped.replace('10.0.0.5:8080 10.0.0.6:8080', `127.0.0.1:${apiPort()}`);
  const bot = createServer((_, response) => response.writeHead(202).end()).listen(0, '127.0.0.1');
  await once(bot, 'listening');
  onTestFinished(() => void bot.close());
  const posted = await findExample('nginx.md', 'caddyfile', '/discord/interactions');
  const botLines = posted.replace('10.0.0.7:9467', `127.0.0.1:${(bot.address() as AddressInfo).port}`);
  writeFileSync(file, `{\n${options.join('\n')}\n}\n${lines}\n${botLines}`);
  const env = { ...process.env, HOME: folder };
  const { stdout } = await promisify(execFile)('caddy', ['adapt', '--config', file], { env });
  const adapted = JSON.parse(stdout);
  const { policies } = adapted.apps.tls.automation;
  expect(policies).not.toEqual([]);
  // It renews in the last third unless told otherwise, and no line of a Caddyfile tells Debian's.
  for (const policy of policies) policy.renewal_window_ratio = 0.99;
  writeFileSync(join(folder, 'caddy.json'), JSON.stringify(adapted));
  const caddy = spawn('caddy', ['run', '--config', join(folder, 'caddy.json')], { stdio: 'ignore', env });
  const ended = once(caddy, 'exit');
  try {
    const first = await eventually(() => authority.see(name));
    const ask = async (path: string, host = name): Promise<Answer> => {
      const asking = request(`https://${host}:${port}${path}`, {
        agent: false,
        // Which certificate it is was seen above; this one may have ended already.
        rejectUnauthorized: false,
        lookup: (_host, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
        headers: { host },
      });
      const [answer] = await once(asking.end(), 'response');
      return { status: answer.statusCode, body: await text(answer) };
    };
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: expect.stringContaining('ok') });
    expect(await ask('/metrics')).toEqual({ status: 404, body: '' });
    const botName = `bot.${name}`;
    await eventually(() => authority.see(botName));
    expect((await ask('/discord/interactions', botName)).status).toBe(202);
    for (const path of ['/', '/metrics', '/discord']) expect((await ask(path, botName)).status).toBe(404);
    await eventually(async () => {
      const { serialNumber } = await authority.see(name);
      expect(serialNumber).not.toBe(first.serialNumber);
    });
  } finally {
    caddy.kill('SIGTERM');
    await ended;
  }
});
