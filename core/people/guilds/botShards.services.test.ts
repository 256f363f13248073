import { expect, test } from 'vitest';
import { botShardsCheck } from '../../desk/doctor/botShards.ts';
import { ApiKey } from '../../ground/db/models/session.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createUser } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { reportShards } from './botShards.ts';
import { shardsOf } from './shardLayout.ts';

const db = databaseFixture();

const report = (process: string, key: string, over: { isLeaving?: boolean } = {}) =>
  reportShards(db, key, {
    process,
    name: `host:${process.slice(0, 4)}`,
    count: 8,
    concurrency: 16,
    isLeaving: false,
    ...over,
  });

const examine = async () => {
  const { summary, findings } = await botShardsCheck(db).run(new AbortController().signal);
  return { summary, codes: findings.map(({ code }) => code) };
};

test('of processes that report at once, one has each shard, and another bot has its own', async () => {
  const [key, other] = [newId(), newId()];
  const processes = Array.from({ length: 8 }, newId);
  await report(newId(), other);
  await Promise.all(processes.map((process) => report(process, key)));
  const last = await report(processes[0] ?? '', key);
  expect(Object.keys(last.processes).toSorted()).toEqual(processes.toSorted());
  const held = processes.flatMap((process) => shardsOf(last, process));
  expect(held.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('the doctor says who has which shard, and which nobody has', async () => {
  const { id: userId } = await createUser(db.database);
  const [key, first, second] = ['bot', newId(), newId()];
  const made = { id: key, userId, kind: 'service' as const, name: 'bot', createdAt: new Date() };
  await ApiKey.query(db.database).insert({ ...made, secretHash: 'x'.repeat(64) });
  expect(await examine()).toEqual({ summary: 'nobody shares them', codes: [] });
  await report(first, key);
  const all = '0, 1, 2, 3, 4, 5, 6, 7';
  expect(await examine()).toEqual({ summary: `host:${first.slice(0, 4)}: ${all}`, codes: [] });
  // It is killed.
  await db.database.raw(`UPDATE bot_shards SET layout = JSON_SET(layout, ?, 0)`, [
    `$.processes."${first}".leaseUntilMs`,
  ]);
  expect(await examine()).toEqual({ summary: 'no process runs', codes: ['discord-shards-lost'] });
  expect(shardsOf(await report(second, key), second)).toHaveLength(8);
  expect((await examine()).codes).toEqual([]);
  await report(second, key, { isLeaving: true });
  expect(await examine()).toEqual({ summary: 'nobody shares them', codes: [] });
});
