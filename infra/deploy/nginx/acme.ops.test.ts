import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { eventually } from '@star-graph/core/testing/eventually';
import { expect, test } from 'vitest';
import { findExample } from '../../docs/examples.ts';
import { certifiedName, startAuthority } from './acme.ts';
import { startNginx } from './nginx.ts';

const run = promisify(execFile);
const platform = platformFixture();
const api = apiFixture(platform, { PUBLIC_URL: `https://${certifiedName}`, TRUSTED_PROXIES: '127.0.0.1' });
const apiPort = () => Number(new URL(api.url).port);

test('certbot gets the first certificate, and nginx takes each renewed one by the commands of its page', async () => {
  await using authority = await startAuthority(86_400);
  const { folder, plainPort, port } = authority;
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  /** The program under its name, with what is elsewhere on the machine of a test. */
  const wrap = async (name: string, args: readonly string[]) => {
    const { stdout } = await run('sh', ['-c', `command -v ${name}`]);
    const script = `#!/bin/sh\nexec ${stdout.trim()} "$@" ${args.join(' ')}\n`;
    writeFileSync(join(programs, name), script, { mode: 0o755 });
  };
  const folders = ['config', 'work', 'logs'].map((name) => `--${name}-dir ${join(folder, 'certbot', name)}`);
  await wrap('certbot', [
    ...['-n', '--agree-tos', '--register-unsafely-without-email', ...folders],
    ...['--server', authority.directoryUrl, '--http-01-port', String(plainPort)],
  ]);
  const challenges = join(folder, 'challenges');
  mkdirSync(challenges);
  const shell = (command: string) =>
    run('sh', ['-c', command.replaceAll('/var/www/certbot', challenges)], {
      env: {
        ...process.env,
        PATH: `${programs}:${process.env.PATH}`,
        REQUESTS_CA_BUNDLE: authority.authorityFile,
      },
      timeout: 120_000,
    });
  await shell(await findExample('nginx.md', 'sh', '--standalone'));

  const live = join(folder, 'certbot/config/live', certifiedName);
  await using nginx = await startNginx({
    apis: [apiPort()],
    port,
    plainPort,
    variables: {
      SERVER_NAME: certifiedName,
      TLS_CERTIFICATE: join(live, 'fullchain.pem'),
      TLS_CERTIFICATE_KEY: join(live, 'privkey.pem'),
    },
    changes: [['/var/www/certbot', challenges]],
  });
  await wrap('nginx', ['-e', 'stderr', '-c', nginx.configFile]);
  const first = await authority.see();
  expect(first.subjectaltname).toBe(`DNS:${certifiedName}`);

  await shell(await findExample('nginx.md', 'sh', 'reconfigure'));
  // What the timer calls, as if the certificate were old.
  await shell('certbot renew --force-renewal --no-random-sleep-on-renew');
  await eventually(async () => {
    const { serialNumber } = await authority.see();
    expect(serialNumber).not.toBe(first.serialNumber);
  });
});

interface Answer {
  status: number | undefined;
  body: string;
}

test('Caddy certifies itself and renews with the lines of the page, and keeps numbers to itself', async () => {
  // It renews in the last third.
  await using authority = await startAuthority(15);
  const { folder, plainPort, port, directoryUrl, authorityFile } = authority;
  const options = [
    ...['admin off', `http_port ${plainPort}`, `https_port ${port}`, `acme_ca ${directoryUrl}`],
    ...[`acme_ca_root ${authorityFile}`, 'renew_interval 1s', `storage file_system ${folder}/caddy`],
  ];
  const shipped = await findExample('nginx.md', 'caddyfile', certifiedName);
  const file = join(folder, 'Caddyfile');
  const lines = shipped.replace('10.0.0.5:8080 10.0.0.6:8080', `127.0.0.1:${apiPort()}`);
  writeFileSync(file, `{\n${options.join('\n')}\n}\n${lines}`);
  const caddy = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    stdio: 'ignore',
    env: { ...process.env, HOME: folder },
  });
  const ended = once(caddy, 'exit');
  try {
    const first = await eventually(() => authority.see());
    const ask = async (path: string): Promise<Answer> => {
      const asking = request(`https://${certifiedName}:${port}${path}`, {
        agent: false,
        // Which certificate it is was seen above; this one may have ended already.
        rejectUnauthorized: false,
        lookup: (_host, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
        headers: { host: certifiedName },
      });
      const [answer] = await once(asking.end(), 'response');
      return { status: answer.statusCode, body: await text(answer) };
    };
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: expect.stringContaining('ok') });
    expect(await ask('/metrics')).toEqual({ status: 404, body: '' });
    await eventually(async () => {
      const { serialNumber } = await authority.see();
      expect(serialNumber).not.toBe(first.serialNumber);
    });
  } finally {
    caddy.kill('SIGTERM');
    await ended;
  }
});
