import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { createMariadbData, describeInstallFailure } from './mariadbData.ts';

/** Stands in for mariadb-install-db: fails so many times, saying why in the middle of much else. */
function createInstaller(failures: number) {
  const dir = createTestDir();
  const installDb = join(dir, 'install-db');
  writeFileSync(
    installDb,
    `#!/bin/sh
for argument in "$@"; do case "$argument" in --datadir=*) data="\${argument#--datadir=}";; esac; done
[ -e "$data" ] && echo left >> "${dir}/calls"
mkdir "$data"; echo call >> "${dir}/calls"
if [ "$(grep -c call "${dir}/calls")" -le ${failures} ]; then
  for line in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "boilerplate $line"; done
  echo '[ERROR] InnoDB: the reason' >&2
  for line in 1 2 3 4 5 6 7 8; do echo "after $line" >&2; done
  exit 1
fi
`,
  );
  chmodSync(installDb, 0o755);
  const data = {
    installDb,
    dir: join(dir, 'data'),
    dataDir: join(dir, 'data', 'mariadb'),
    tempDir: dir,
    options: [],
  };
  const calls = () => readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n');
  return { data, calls };
}

test('a failure that passes is tried once more, from nothing', async () => {
  const { data, calls } = createInstaller(1);
  await createMariadbData(data);
  expect(existsSync(data.dataDir)).toBe(true);
  expect(calls()).toEqual(['call', 'call']);
});

test('a lasting failure gives its reason and leaves no data', async () => {
  const { data, calls } = createInstaller(9);
  const failure = await createMariadbData(data).catch((error: Error) => error.message);
  expect(failure).toMatch(/install-db says:\n {2}\[ERROR\] InnoDB: the reason\n {2}after 3\n/);
  expect(failure).toMatch(/ {2}after 8$/);
  expect(failure).not.toContain('boilerplate');
  expect(existsSync(data.dataDir)).toBe(false);
  expect(calls()).toEqual(['call', 'call']);
});

test('a disk that is nearly full is named', () => {
  expect(describeInstallFailure({ stderr: 'something failed' }, 12_400_000)).toBe(
    '  something failed\nOnly 12 MB are free there, and it needs 400. Make room, or set DATA_DIR to a folder on another disk.',
  );
  expect(describeInstallFailure({ stdout: 'only this' }, 1e12)).toBe('  only this');
});
