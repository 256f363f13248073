import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import { expect, test } from 'vitest';
import { makeFolder, makeInstallation, soundEnv } from '../../launcher/testing/installed.ts';
import { backupsCheck } from './backups.ts';
import { diskCheck } from './disk.ts';
import { settingsCheck } from './settings.ts';

const codesOf = async (check: Check) =>
  (await check.run(new AbortController().signal)).findings.map(({ code }) => code);
const gigabyte = 1024 ** 3;

test.each([
  [0.5, 100, ['disk-full']],
  [5, 100, ['disk-short']],
  [5, 20, []],
  [50, 1000, []],
])('%d GB left of %d: %o', async (free, all, expected) => {
  const readSpace = async () => ({ bavail: free * gigabyte, blocks: all * gigabyte, bsize: 1 });
  expect(await codesOf(diskCheck({ readSpace }, { DATA_DIR: await makeFolder() }))).toEqual(expected);
});

test('the disk of a folder that is not there yet is that of its parent', async () => {
  const root = await makeFolder();
  const asked: string[] = [];
  const readSpace = async (path: string) => {
    asked.push(path);
    return { bavail: 100, blocks: 100, bsize: gigabyte };
  };
  expect(await codesOf(diskCheck({ readSpace }, { DATA_DIR: join(root, 'not', 'yet') }))).toEqual([]);
  expect(asked).toEqual([root]);
});

test('missing and old backups are found', async () => {
  const dataDir = await makeFolder();
  const clock = createManualClock(new Date('2026-11-27T12:00:00Z'));
  const look = (hours: number) =>
    codesOf(
      backupsCheck(
        { clock },
        {
          dataDir,
          backup: { BACKUP_DIR: dataDir, BACKUP_RECIPIENTS: [], BACKUP_KEEP: 14, BACKUP_EVERY_HOURS: hours },
        },
      ),
    );
  expect(await look(0)).toEqual(['backups-missing']);
  await writeFile(join(dataDir, 'star-graph-2026-11-27T00-00-00Z.age'), '');
  expect(await look(0)).toEqual([]);
  expect(await look(5)).toEqual(['backup-old']);
  await clock.advance(48 * 3_600_000);
  expect(await look(0)).toEqual(['backup-old']);
});

test.each<[Record<string, string>, string[]]>([
  [{}, []],
  [{ API_HOST: '0.0.0.0' }, ['public-url-unset']],
  [{ API_HOST: '0.0.0.0', PUBLIC_URL: 'https://pictures.example' }, []],
  [{ PUBLIC_URL: 'http://pictures.example' }, ['public-url-insecure']],
  [{ PUBLIC_URL: 'http://192.168.1.5:8080' }, []],
  [{ PUBLIC_URL: 'https://pictures.example', STRIPE_SECRET_KEY: 'sk_test_a1b2' }, ['stripe-test-mode']],
  [{ STRIPE_SECRET_KEY: 'sk_test_a1b2' }, []],
])('the settings %o have the findings %o', async (env, expected) => {
  expect(await codesOf(settingsCheck(await makeInstallation({ ...soundEnv(), ...env })))).toEqual(expected);
});
