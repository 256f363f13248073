import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { expect, test } from 'vitest';
import { createTestDir, ended, idleForever, ignoresTerm, spawnNode } from '../testing/processes.ts';
import { findProcess } from './processIdentity.ts';
import { createProcessRegistry, reapLeftovers } from './processRegistry.ts';

const reapWithin = (registry: ReturnType<typeof createProcessRegistry>, stopTimeoutMs: number) =>
  reapLeftovers({ clock: systemClock, registry }, stopTimeoutMs);

test('stops what a crashed launcher left running, last first', async () => {
  const dir = createTestDir();
  const [database, api] = [await spawnNode(idleForever), await spawnNode(idleForever)];
  const crashed = createProcessRegistry(dir);
  crashed.record('database', database.pid);
  crashed.record('api', api.pid);

  const registry = createProcessRegistry(dir);
  expect(await reapWithin(registry, 10_000)).toEqual(['api', 'database']);

  expect(await ended(database)).toBe('SIGTERM');
  expect(await ended(api)).toBe('SIGTERM');
  expect(registry.list()).toEqual([]);
});

test('a restart keeps the order: the database stops last', async () => {
  const dir = createTestDir();
  const [database, api] = [await spawnNode(idleForever), await spawnNode(idleForever)];
  const crashed = createProcessRegistry(dir);
  crashed.record('database', process.pid);
  crashed.record('api', api.pid);
  crashed.forget('database');
  crashed.record('database', database.pid);
  expect(await reapWithin(createProcessRegistry(dir), 10_000)).toEqual(['api', 'database']);
});

test.each(['', '{"name":', '[]', '{"name":"api","pid":"1"}'])(
  'a record damaged as %j names no process and is removed',
  async (text) => {
    const dir = createTestDir();
    writeFileSync(join(dir, 'api.json'), text);
    expect(await reapWithin(createProcessRegistry(dir), 10_000)).toEqual([]);
    expect(readdirSync(dir)).toEqual([]);
  },
);

test('kills a leftover that ignores the request to stop', async () => {
  const registry = createProcessRegistry(createTestDir());
  const stubborn = await spawnNode(ignoresTerm);
  registry.record('stubborn', stubborn.pid);

  await reapWithin(registry, 200);

  expect(await ended(stubborn)).toBe('SIGKILL');
});

test('leaves a stranger alone that was given a recorded pid', async () => {
  const dir = createTestDir();
  const stranger = await spawnNode(idleForever);
  const identity = findProcess(stranger.pid);
  writeFileSync(
    join(dir, 'api.json'),
    JSON.stringify({ name: 'api', order: 0, pid: stranger.pid, startedAt: `${identity?.startedAt}0` }),
  );

  const registry = createProcessRegistry(dir);
  expect(await reapWithin(registry, 10_000)).toEqual([]);

  expect(findProcess(stranger.pid)).toEqual(identity);
  expect(registry.list()).toEqual([]);
});

test('finds nobody behind the pid of a process that ended', async () => {
  const child = await spawnNode(idleForever);
  child.kill('SIGKILL');
  await ended(child);
  expect(findProcess(child.pid)).toBeUndefined();
});
