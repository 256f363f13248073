import { newId } from '@star-graph/core/ground/runtime/ids';
import { expect, test } from 'vitest';
import { apiFixture, platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);

test('administrators see which process of a bot has which shard, until all have left', async () => {
  const token = await api.signInAsAdmin();
  const listKeys = async () => (await api.call('/api/admin/service-keys', { token })).body.items;
  const make = async (name: string) =>
    (await api.call('/api/admin/service-keys', { token, body: { name } })).body.key;
  const [bot] = [await make('bot'), await make('another')];
  const [first, second] = [newId(), newId()];
  const report = (process: string, over = {}) => {
    const body = { process, name: `host:${process === first ? 1 : 2}`, count: 4, concurrency: 16, ...over };
    return api.call('/api/v1/discord-shards', { method: 'PUT', token: bot, body });
  };
  const shardsOf = async (name: string) =>
    (await listKeys()).find((key: { name: string }) => key.name === name).shards;
  expect(await shardsOf('bot')).toBeUndefined();
  await report(first);
  expect(await shardsOf('bot')).toEqual({ of: 4, processes: [{ name: 'host:1', shards: [0, 1, 2, 3] }] });
  await report(second);
  const { processes } = await shardsOf('bot');
  expect(processes.flatMap(({ shards }: { shards: number[] }) => shards).toSorted()).toEqual([0, 1, 2, 3]);
  // It is killed.
  await platform.db.database.raw('UPDATE bot_shards SET layout = JSON_SET(layout, ?, 0)', [
    `$.processes."${first}".leaseUntilMs`,
  ]);
  expect((await shardsOf('bot')).processes).toMatchObject([{ name: 'host:2' }]);
  expect(await shardsOf('another')).toBeUndefined();
  for (const process of [first, second]) await report(process, { leaving: true });
  expect(await shardsOf('bot')).toBeUndefined();
});
