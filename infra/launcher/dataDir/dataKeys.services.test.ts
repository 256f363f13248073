import { readdirSync, readFileSync } from 'node:fs';
import { envSchema } from '@star-graph/core/ground/config/config';
import { expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { addDataKey, listDataKids, removeDataKeys } from './dataKeys.ts';
import { ensureSecrets, secretsFileOf } from './secrets.ts';

test('a new data key comes first, and the others stay', () => {
  const dataDir = createTestDir();
  const before = ensureSecrets(dataDir);
  const old = listDataKids(dataDir);
  const kid = addDataKey(dataDir);
  expect(listDataKids(dataDir)).toEqual([kid, ...old]);
  const after = ensureSecrets(dataDir);
  expect(after).toEqual({ ...before, dataKeys: after.dataKeys });
  expect(after.dataKeys.endsWith(`,${before.dataKeys}`)).toBe(true);
  const parsed = envSchema.shape.DATA_KEYS.parse(after.dataKeys);
  expect(parsed.map((key) => key.kid)).toEqual([kid, ...old]);
  expect(readdirSync(dataDir)).toEqual(['secrets.json']);
});

test('only older data keys are forgotten', () => {
  const dataDir = createTestDir();
  ensureSecrets(dataDir);
  const [oldest = ''] = listDataKids(dataDir);
  const second = addDataKey(dataDir);
  const first = addDataKey(dataDir);
  expect(removeDataKeys(dataDir, [first, oldest, 'unknown'])).toEqual([oldest]);
  expect(listDataKids(dataDir)).toEqual([first, second]);
});

test('without secrets no data key is made', () => {
  const dataDir = createTestDir();
  expect(() => addDataKey(dataDir)).toThrow('npm start');
  expect(() => readFileSync(secretsFileOf(dataDir))).toThrow();
});
