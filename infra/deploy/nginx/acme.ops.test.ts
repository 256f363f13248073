import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { eventually } from '@star-graph/core/testing/eventually';
import { expect, test } from 'vitest';
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

test('Caddy certifies itself and renews with the lines of the page, and keeps numbers to itself', async () => {
  // It renews in the last third.
  await using authority = await startAuthority({ lifetimeSeconds: 15 });
  const { folder, plainPort, port, directoryUrl, authorityFile } = authority;
  const options = [
    ...['admin off', `http_port ${plainPort}`, `https_port ${port}`, `acme_ca ${directoryUrl}`],
    ...[`acme_ca_root ${authorityFile}`, 'renew_interval 1s', `storage file_system ${folder}/caddy`],
  ];
  const shipped = await findExample('nginx.md', 'caddyfile', name);
  const file = join(folder, 'Caddyfile');
  const lines = shipped.replace('10.0.0.5:8080 10.0.0.6:8080', `127.0.0.1:${apiPort()}`);
  writeFileSync(file, `{\n${options.join('\n')}\n}\n${lines}`);
  const caddy = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    stdio: 'ignore',
    env: { ...process.env, HOME: folder },
  });
  const ended = once(caddy, 'exit');
  try {
    const first = await eventually(() => authority.see(name));
    const ask = async (path: string): Promise<Answer> => {
      const asking = request(`https://${name}:${port}${path}`, {
        agent: false,
        // Which certificate it is was seen above; this one may have ended already.
        rejectUnauthorized: false,
        lookup: (_host, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
        headers: { host: name },
      });
      const [answer] = await once(asking.end(), 'response');
      return { status: answer.statusCode, body: await text(answer) };
    };
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: expect.stringContaining('ok') });
    expect(await ask('/metrics')).toEqual({ status: 404, body: '' });
    await eventually(async () => {
      const { serialNumber } = await authority.see(name);
      expect(serialNumber).not.toBe(first.serialNumber);
    });
  } finally {
    caddy.kill('SIGTERM');
    await ended;
  }
});
