import { afterAll, beforeAll, expect, test } from 'vitest';
import { Backend } from '../../../ground/db/models/backend.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import {
  createDispatchSetup,
  eventually,
  type RunningDispatcher,
} from '../../../testing/dispatch/dispatchSetup.ts';
import { ownGraphOf } from '../../../testing/dispatch/ownGraphs.ts';
import { fixture } from '../../../testing/fixture.ts';

const setup = fixture(createDispatchSetup);
let dispatcher: RunningDispatcher;
let preview: PreviewBackendProcess;

beforeAll(async () => {
  dispatcher = await setup.start();
  preview = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
});
afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await preview?.stop();
});

test("a server on which everybody's graphs break off rests, though each is blamed on its graph", async () => {
  const { database } = setup;
  const { id } = await setup.addBackend(preview.url);
  await preview.control({ arm: [{ kind: 'node-error', times: 'always' }] });
  const params = ownGraphOf({ mostSeconds: 900, creditsPerSecond: 1 });
  const graph = { type: 'graph', workflowName: 'own-graph', params } as const;
  const sent = Array.from({ length: 4 }, async () => {
    const { id: userId } = await createUser(database, 1_000);
    return createQueuedTask(database, userId, { ...graph, cost: 900 });
  });
  const tasks = await Promise.all(sent);
  await eventually(async () => expect((await Backend.query(database).findById(id))?.state).toBe('resting'));
  for (const task of tasks)
    expect(await setup.reached(task.id, 'failed')).toMatchObject({
      attempt: 1,
      failures: 0,
      error: { code: 'graph-failed' },
    });
});
