import { readdirSync } from 'node:fs';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { expect, test } from 'vitest';
import { findSecrets } from '../dataDir/secrets.ts';
import { parseLauncherConfig } from '../launcherConfig.ts';
import { createTestDir } from '../testing/processes.ts';
import { useStores } from './backupStores.ts';

const keys = { JWT_KEYS: `one:${'j'.repeat(86)}`, DATA_KEYS: `one:${'d'.repeat(43)}` };

test('a backup makes no keys beside those of the settings, and keeps those that it makes', async () => {
  await using db = await createTestDatabase();
  const use = async (given: Record<string, string>) => {
    const dataDir = createTestDir();
    const env = { DATABASE_URL: db.url, DATA_DIR: dataDir, ...given };
    const deps = { config: parseLauncherConfig(dataDir, env), env, say: () => undefined };
    const { secrets } = await useStores(deps, false, async (stores) => stores);
    return { dataDir, secrets };
  };
  const beside = await use(keys);
  expect(beside.secrets).toMatchObject({ jwtKeys: keys.JWT_KEYS, dataKeys: keys.DATA_KEYS });
  expect(findSecrets(beside.dataDir)).toBeUndefined();
  expect(readdirSync(beside.dataDir)).not.toContain('secrets.json');
  const alone = await use({});
  expect(findSecrets(alone.dataDir)).toEqual(alone.secrets);
});
