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

/*
 * Of the trials of `npm run chaos -- --scenario failover`: together they kill and freeze the Redis master, kill and
 * freeze the primary, and switch it with sessions left at the old one, while an API, the leader and an owner die.
 */
const seeds = [21, 25, 31];

const longestMs = 240_000;

let directory: string;
let cluster: Cluster;
let picture: Blob;

beforeAll(async () => {
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const programs = await requirePrograms({ environment, note: () => undefined }, ['mariadb', 'redis']);
  directory = await mkdtemp(join(tmpdir(), 'failover-test-'));
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const machine = { PATH, NODE_COMPILE_CACHE };
  cluster = await startCluster(
    { clock: systemClock, note: () => undefined },
    { programs, directory, machine, hasReplicas: true },
  );
  picture = await createPicture();
}, longestMs);

afterAll(async () => {
  await cluster?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
}, longestMs);

test.for(seeds)(
  'failovers of trial %i: no accepted task is lost, repeated or paid twice',
  { timeout: longestMs },
  async (seed) => {
    const plan = createScenario('failover', seed);
    const { violations, history } = await runTrial({ clock: systemClock, cluster, picture }, plan);
    expect(violations).toEqual([]);
    const struck = history.struck.filter(({ awayMs }) => awayMs !== undefined);
    expect(struck.map(({ planned }) => planned.strike.kind)).toEqual(
      plan.strikes.slice(0, 2).map(({ strike }) => strike.kind),
    );
  },
);
