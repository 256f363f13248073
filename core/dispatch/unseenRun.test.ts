import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { expect, it } from 'vitest';
import { createCatalogue } from '../catalogue/catalogue.ts';
import { systemClock } from '../clock.ts';
import type { Outcome, OutputFile } from '../comfy/comfy.ts';
import { createComfyClient } from '../comfy/comfyClient.ts';
import { invariant } from '../errors.ts';
import { createTestDatabase } from '../testing/database.ts';
import { silentLogger } from '../testing/dispatch.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../testing/factories.ts';
import { alwaysPermitted } from '../testing/ownedAttempt.ts';
import { runAttempt } from './runAttempt.ts';
import { listWork } from './work.ts';

const output: OutputFile = {
  ...{ nodeId: '9', filename: 'a.png', subfolder: '', type: 'output', media: 'image' },
  isAnimated: false,
};

it('a prompt that ran unseen counts as begun before its result is fetched, so that nothing evicts it', async () => {
  await using test = await createTestDatabase();
  const { database } = test;
  const workflow = builtinWorkflows.findLast(({ name }) => name === 'text2img');
  invariant(workflow, 'a workflow of the platform');
  const { id: userId } = await createUser(database, 100);
  const backend = await createOwnedBackend(database);
  const values = { workflowVersion: workflow.version, params: workflow.example };
  const fence = await assign(database, await createQueuedTask(database, userId, values), backend);
  const told: string[] = [];
  const left = new AbortController();
  const client = {
    ...createComfyClient({ clock: systemClock, logger: silentLogger }, { url: backend.url }),
    post: async () => ({ kind: 'accepted' }) as const,
    // Between two looks, and with its messages lost.
    follow: async (): Promise<Outcome> => ({ kind: 'succeeded', outputs: [output] }),
    async fetchOutput() {
      told.push('fetched');
      left.abort();
      throw new Error('the owner leaves');
    },
  };
  const deps = {
    ...{ database, client, clock: systemClock, logger: silentLogger, permit: alwaysPermitted },
    storage: {} as never,
    catalogue: createCatalogue({ database, workflows: builtinWorkflows, clock: systemClock }),
    progress: { publish: () => undefined, restart: () => undefined },
    bell: { ring: () => undefined, ringCancel: () => undefined },
    health: {
      reportDown: async () => undefined,
      reportStarted: () => 0,
      reportRan: () => void told.push('ran'),
    },
    runTimes: { learn: () => undefined },
    limits: {
      ...{ attemptTimeoutMs: 60_000, outputBytes: 1_000_000, inputBytes: 1, inputPixels: 1, inputDirs: [] },
      ...{ tempDirectory: '/nowhere', letGoMs: 1_000, chargesCancel: false },
    },
  };
  const [work] = await listWork(database, [backend.id]);
  invariant(work, 'its slot is taken');
  await runAttempt(deps, fence, work, { run: left.signal, left: left.signal });
  expect(told).toEqual(['ran', 'fetched']);
});
