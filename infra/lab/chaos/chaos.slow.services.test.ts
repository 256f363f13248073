import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requirePrograms } from '../../launcher/services/requirePrograms.ts';
import { listSearchDirs } from '../../launcher/services/tools.ts';
import { type Cluster, startCluster } from './cluster/cluster.ts';
import { createPlan } from './trial/plan.ts';
import { createPicture } from './trial/runTrials.ts';
import { runTrial } from './trial/trial.ts';

/*
 * A handful of the trials that `npm run chaos` runs by the hundred, chosen so that together they kill the database,
 * Redis, both kinds of our processes and a backend, stop a process inside a move and cut one off inside another.
 */
const seeds = [407, 1231, 2586];

const longestTrialMs = 180_000;

let directory: string;
let cluster: Cluster;
let picture: Blob;

beforeAll(async () => {
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const programs = await requirePrograms({ environment, note: () => undefined }, ['mariadb', 'redis']);
  directory = await mkdtemp(join(tmpdir(), 'chaos-test-'));
  const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
  const machine = { PATH, NODE_COMPILE_CACHE };
  cluster = await startCluster(
    { clock: systemClock, note: () => undefined },
    { programs, directory, machine },
  );
  picture = await createPicture();
}, longestTrialMs);

afterAll(async () => {
  await cluster?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
}, longestTrialMs);

test.for(seeds)(
  'trial %i: every accepted task ends, is paid and reported once',
  { timeout: longestTrialMs },
  async (seed) => {
    const { violations } = await runTrial({ clock: systemClock, cluster, picture }, createPlan(seed));
    expect(violations).toEqual([]);
  },
);
