import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { findPrograms, requirePrograms } from './requirePrograms.ts';

/** A machine with these programs and no others: shell scripts in one directory. */
function createMachine(scripts: Record<string, string>) {
  const dir = createTestDir();
  for (const [name, script] of Object.entries(scripts)) addProgram(dir, name, script);
  const notes: string[] = [];
  return {
    dir,
    notes,
    deps: (isRoot: boolean) => ({
      environment: { searchDirs: [dir], isRoot },
      note: (text: string) => notes.push(text),
    }),
  };
}

function addProgram(dir: string, name: string, script: string): void {
  writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, name), 0o755);
}

const redis = (version: string) => `echo "Redis server v=${version} sha=0"`;
/** An apt that knows its packages only after an update, shows progress, and installs a Redis. */
const forgetfulApt = `dir=$(dirname "$0"); echo "$@" >> "$dir/calls"
case "$1" in
  update) touch "$dir/updated" ;;
  install) [ -e "$dir/updated" ] || { echo "E: Unable to locate package redis-tools" >&2; exit 100; }
    echo "dlstatus:1:50.0:Downloading"; echo "pmstatus:redis:80.0:Unpacking"
    printf '#!/bin/sh\\necho v=8.0.2\\n' > "$dir/redis-server"; chmod +x "$dir/redis-server" ;;
esac`;

test('uses what is installed and installs nothing', async () => {
  const machine = createMachine({
    'redis-server': redis('7.2.4'),
    'apt-get': 'touch "$(dirname "$0")/called"',
  });
  const { redis: found } = await requirePrograms(machine.deps(true), ['redis']);
  expect(found).toEqual({ files: [join(machine.dir, 'redis-server')], version: '7.2' });
  expect(existsSync(join(machine.dir, 'called'))).toBe(false);
});

test('fetches package lists for an unknown package, with progress', async () => {
  const machine = createMachine({ 'apt-get': forgetfulApt });
  const { redis: found } = await requirePrograms(machine.deps(true), ['redis']);
  expect(found.version).toBe('8.0');
  expect(machine.notes).toEqual([
    'installing Redis with apt',
    'installing Redis with apt: 20 %',
    'installing Redis with apt: 90 %',
    'installing Redis with apt: 100 %',
  ]);
});

test('never lets apt remove a package of the system', async () => {
  const machine = createMachine({ 'apt-get': forgetfulApt });
  await requirePrograms(machine.deps(true), ['redis']);
  const installs = readFileSync(join(machine.dir, 'calls'), 'utf8')
    .split('\n')
    .filter((call) => call.startsWith('install'));
  expect(installs.length).toBeGreaterThan(0);
  for (const call of installs) expect(call).toContain('--no-remove');
});

test('says what to type when this user may not install packages', async () => {
  const machine = createMachine({
    'apt-get': 'exit 1',
    sudo: 'echo "sudo: a password is required" >&2; exit 1',
  });
  await expect(requirePrograms(machine.deps(false), ['mariadb', 'redis'])).rejects.toThrow(
    'MariaDB and Redis are not installed (no package manager works here without a password). Run: sudo apt-get install mariadb-server-core mariadb-client-core redis-tools, or set DATABASE_URL',
  );
});

test('installs with sudo where that asks for no password', async () => {
  const machine = createMachine({ 'apt-get': forgetfulApt, sudo: '[ "$1" = -n ] && shift; exec "$@"' });
  expect((await requirePrograms(machine.deps(false), ['redis'])).redis.version).toBe('8.0');
});

test("passes on the package manager's own words when it fails", async () => {
  const machine = createMachine({ 'apt-get': 'echo "E: No space left on device" >&2; exit 100' });
  await expect(requirePrograms(machine.deps(true), ['redis'])).rejects.toThrow('E: No space left on device');
});

test('says what to install on a machine without a known package manager', async () => {
  await expect(requirePrograms(createMachine({}).deps(true), ['redis'])).rejects.toThrow(
    "Install Redis with your system's packages, or set REDIS_URL to a Redis server of yours.",
  );
});

test('refuses a program that is too old, beside what is missing', async () => {
  const machine = createMachine({ 'redis-server': redis('6.0.16') });
  const { found, shortfall } = await findPrograms(machine.deps(true), ['redis', 'ffmpeg']);
  expect(found).toEqual({});
  expect(shortfall?.message).toMatch(/is Redis 6\.0; Star-Graph needs 7\.0 or newer/);
  expect(shortfall?.message).toContain('ffmpeg is not installed');
});
