import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requirePrograms } from '../../launcher/services/requirePrograms.ts';
import { listSearchDirs } from '../../launcher/services/tools.ts';
import { type Cluster, startCluster } from './cluster/cluster.ts';
import { createPicture } from './trial/runTrials.ts';
import { createScenario } from './trial/scenarios.ts';
import { runTrial } from './trial/trial.ts';

const longestMs = 240_000;

let directory: string;
let cluster: Cluster;

beforeAll(async () => {
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const programs = await requirePrograms({ environment, note: () => undefined }, ['mariadb', 'redis']);
  directory = await mkdtemp(join(tmpdir(), 'restart-test-'));
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const machine = { PATH, NODE_COMPILE_CACHE };
  cluster = await startCluster(
    { clock: systemClock, note: () => undefined },
    // No work may wait for a lease to expire: work that is not handed over would be missing at the end of the trial.
    { programs, directory, machine, times: { leaseSeconds: 300, taskTimeoutSeconds: 1_800 } },
  );
}, longestMs);

afterAll(async () => {
  await cluster?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
}, longestMs);

test('restarting all processes in turn loses, fails and repeats no task', async () => {
  const trial = { clock: systemClock, cluster, picture: await createPicture() };
  const plan = createScenario('restart', 4);
  const { violations, history, userId } = await runTrial(trial, plan);
  expect(violations).toEqual([]);
  expect(history.struck[0]?.targets).toEqual(['dispatcher-1', 'dispatcher-2', 'api-1', 'api-2']);
  const tasks = await cluster.db('tasks').where({ userId });
  expect(tasks).toHaveLength(plan.tasks.length);
  // Nothing was killed, so nothing may count as the fault of a backend.
  expect(tasks.filter(({ failures }) => failures > 0)).toEqual([]);
  expect(tasks.filter(({ status }) => status === 'failed')).toEqual([]);
});
