import { parseEnv } from 'node:util';
import { parseRedisAddress } from '@star-graph/core/ground/redis/redisAddress';
import { expect, test } from 'vitest';
import { pairOptions } from '../lab/chaos/databasePair.ts';
import { findExample } from './examples.ts';

test('the address of Sentinels is one that every process reads', async () => {
  const { REDIS_URL = '' } = parseEnv(await findExample('high-availability.md', 'sh', 'redis+sentinel'));
  expect(parseRedisAddress(REDIS_URL)).toMatchObject({
    kind: 'sentinel',
    hosts: ['10.0.0.1:26379', '10.0.0.2:26379', '10.0.0.3:26379'],
    master: 'main',
    password: 'PASSWORD',
    sentinelPassword: 'SENTINEL_PASSWORD',
  });
});

test('the settings of the pair are those that chaos runs on', async () => {
  const lines = (await findExample('high-availability.md', 'ini', 'rpl-semi-sync')).trim().split('\n');
  const written = lines.map((line) => line.replace(/\s+#.*$/, ''));
  const tried = pairOptions(1).map((option) => option.replace(/^--(loose-)?/, ''));
  expect(written.toSorted()).toEqual(tried.toSorted());
});
