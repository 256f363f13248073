import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { describeDockerMariadb, describeDockerRedis, findDocker } from './docker.ts';

/** A docker command that notes how it is called. It shows what we ask of Docker, not what Docker does with it. */
function createDocker(script = ''): { docker: string; dataDir: string; calls(): string[] } {
  const dir = createTestDir();
  const docker = join(dir, 'docker');
  writeFileSync(docker, `#!/bin/sh\necho "$@" >> "${dir}/calls"\n${script}\n`);
  chmodSync(docker, 0o755);
  const calls = () => readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n');
  return { docker, dataDir: createTestDir(), calls };
}

const mariadb = {
  user: 'star_graph',
  password: 'secret',
  grant: { database: 'star_graph' },
  options: [],
  port: 4001,
};
const redis = { password: 'secret', directives: ['save 300 1'], port: 4002 };

test('publishes on loopback only, keeps data in the data directory, and shows no password to other users', async () => {
  const { docker, dataDir } = createDocker('echo image');
  const specs = [
    describeDockerMariadb(docker, { ...mariadb, dir: dataDir, logFile: join(dataDir, 'log') }),
    describeDockerRedis(docker, { ...redis, dir: dataDir, logFile: join(dataDir, 'log') }),
  ];
  for (const spec of specs) {
    await spec.prepare?.();
    const line = spec.args.join(' ');
    expect(line).toMatch(/--publish 127\.0\.0\.1:400\d:/);
    expect(line).toContain(`--volume ${join(dataDir, 'docker', spec.name)}:`);
    expect(line).not.toContain('secret');
  }
  const envFile = join(dataDir, 'docker', 'mariadb.env');
  expect(readFileSync(envFile, 'utf8')).toContain('MARIADB_PASSWORD=secret');
  expect(statSync(envFile).mode & 0o777).toBe(0o600);
  expect(specs[1]?.input).toContain('requirepass secret');
});

test('removes the container a killed client left behind, and only that of this data directory', async () => {
  const { docker, dataDir, calls } = createDocker('echo image');
  const spec = describeDockerRedis(docker, { ...redis, dir: dataDir, logFile: join(dataDir, 'log') });
  const neighbour = describeDockerRedis(docker, {
    ...redis,
    dir: createTestDir(),
    logFile: join(dataDir, 'log'),
  });
  await spec.prepare?.();
  const name = spec.args[spec.args.indexOf('--name') + 1];
  expect(name).toMatch(/^star-graph-[0-9a-f]{12}-redis$/);
  expect(calls()[0]).toBe(`rm --force ${name}`);
  expect(neighbour.args).not.toContain(name);
});

test('pulls an image once, and says so when that fails', async () => {
  const { docker, dataDir } = createDocker('[ "$1" = pull ] && exit 1; exit 0');
  const spec = describeDockerRedis(docker, { ...redis, dir: dataDir, logFile: join(dataDir, 'log') });
  await expect(spec.prepare?.()).rejects.toThrow('Docker could not pull redis:8');
});

test('a docker command without a daemon is no Docker', () => {
  expect(findDocker([dirname(createDocker('exit 1').docker)])).toBeUndefined();
  const working = createDocker();
  expect(findDocker([dirname(working.docker)])).toBe(working.docker);
  expect(findDocker([createTestDir()])).toBeUndefined();
});
