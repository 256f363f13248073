import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../lab/chaos/cluster/cluster.ts';
import { createPicture } from '../../lab/chaos/trial/runTrials.ts';
import { createScenario } from '../../lab/chaos/trial/scenarios.ts';
import { runTrial } from '../../lab/chaos/trial/trial.ts';
import { requirePrograms } from '../../launcher/services/requirePrograms.ts';
import { listSearchDirs } from '../../launcher/services/tools.ts';
import { findLastRelease, unpackRelease } from './lastRelease.ts';

const longestMs = 15 * 60_000;

let directory: string;
let cluster: Cluster;

beforeAll(async () => {
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const programs = await requirePrograms({ environment, note: () => undefined }, ['mariadb', 'redis']);
  directory = await mkdtemp(join(tmpdir(), 'upgrade-test-'));
  const firstRelease = join(directory, 'last-release');
  await unpackRelease(await findLastRelease(), firstRelease);
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  cluster = await startCluster(
    { clock: systemClock, note: () => undefined },
    {
      programs,
      directory,
      machine: { PATH, NODE_COMPILE_CACHE },
      firstRelease,
      // No work may wait for a lease to expire: work that is not handed over would be missing at the end of the trial.
      times: { leaseSeconds: 300, taskTimeoutSeconds: 1_800 },
    },
  );
}, longestMs);

afterAll(async () => {
  await cluster?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
}, longestMs);

async function expectNothingLost(scenario: 'upgrade' | 'roll-back', targets: string[]): Promise<void> {
  const plan = createScenario(scenario, 4);
  const deps = { clock: systemClock, cluster, picture: await createPicture() };
  const { violations, history, userId } = await runTrial(deps, plan);
  expect(violations).toEqual([]);
  expect(history.struck[0]?.targets).toEqual(targets);
  const tasks = await cluster.db('tasks').where({ userId });
  expect(tasks).toHaveLength(plan.tasks.length);
  // Nothing was killed, so nothing may count as the fault of a backend.
  expect(tasks.filter(({ failures, status }) => failures > 0 || status === 'failed')).toEqual([]);
}

test(
  'an upgrade from the last release under load loses, fails and repeats no task',
  () => expectNothingLost('upgrade', ['dispatcher-1', 'dispatcher-2', 'api-1', 'api-2']),
  longestMs,
);

test(
  'going back on the new schema under load loses, fails and repeats no task',
  () => expectNothingLost('roll-back', ['api-1', 'api-2', 'dispatcher-1', 'dispatcher-2']),
  longestMs,
);
