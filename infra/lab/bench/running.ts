import { inHotTransaction } from '@star-graph/core/ground/db/connect';
import { Backend } from '@star-graph/core/ground/db/models/backend';
import { sendPacket } from '@star-graph/core/ground/db/packet';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createQueuedTask } from '@star-graph/core/testing/db/factories';
import { assignmentStatements } from '@star-graph/core/work/tasks/assignTasks';
import { completeTask, markPosted, startTask } from '@star-graph/core/work/tasks/attemptTransitions';
import { runAll, sendAll, smallPicture } from './load.ts';
import { type BenchPerson, type BenchPlatform, waitUntilNoneIsOpen } from './platform.ts';
import { type Measurement, perSecond, showRate } from './report.ts';

const concurrency = 8;

/** Submitted to finished on instant backends, beside the rate of the statements of such tasks alone. */
export async function measureRunning(platform: BenchPlatform, person: BenchPerson): Promise<Measurement> {
  const count = 1_000;
  await waitUntilNoneIsOpen(platform);
  const startMs = performance.now();
  await sendAll(count, concurrency, (index) => ({
    method: 'POST',
    url: `${platform.apiUrl}/api/v1/generate/text2img`,
    headers: person.headers,
    body: JSON.stringify({ ...smallPicture, prompt: `picture ${index} ${startMs}` }),
  }));
  await waitUntilNoneIsOpen(platform);
  const ours = perSecond(count, performance.now() - startMs);

  // The leader would assign the bare tasks itself.
  await platform.dispatcher.stop();
  const lanes = await createIdleBackends(platform, concurrency);
  const bareMs = await runAll(count, concurrency, async () => {
    const backend = lanes.pop();
    if (!backend) throw new Error('a backend for each');
    await runBare(platform, person.id, backend);
    lanes.push(backend);
  });
  await Backend.query(platform.database).where({ name: 'bench' }).patch({ removedAt: new Date() });
  await platform.dispatcher.start();
  const limit = perSecond(count, bareMs);
  return {
    what: 'tasks from request to result, instant backends',
    measured: showRate(ours),
    limit: `${showRate(limit)} their statements alone`,
    ratio: ours / limit,
    target: '≥ 0.5',
  };
}

/** Disabled, so that only this measurement uses them. */
const createIdleBackends = ({ database }: BenchPlatform, count: number): Promise<Backend[]> =>
  Promise.all(
    Array.from({ length: count }, () => {
      const id = newId();
      return Backend.query(database).insertAndFetch({
        id,
        url: `http://127.0.0.1:1/${id}`,
        name: 'bench',
        labels: [],
        enabled: false,
        owner: newId(),
        epoch: 1,
        leaseUntil: new Date(Date.now() + 3_600_000),
        createdAt: new Date(),
      });
    }),
  );

async function runBare({ database }: BenchPlatform, userId: string, backend: Backend): Promise<void> {
  const deps = { database, clock: systemClock };
  const task = await createQueuedTask(database, userId, { cost: 1 });
  const { id: backendId, owner, epoch } = backend;
  if (owner === null) throw new Error('the backend has an owner');
  const assignment = { taskId: task.id, attempt: 0, backendId, slot: 0 } as const;
  await inHotTransaction(database, (trx) =>
    sendPacket(trx, assignmentStatements(trx, assignment, new Date())),
  );
  const fence = { taskId: task.id, attempt: 1, backendId, owner, epoch };
  await markPosted(deps, fence, newId());
  await startTask(deps, fence);
  const picture = { mime: 'image/png', width: 64, height: 64, bytes: 1, sha256: '0'.repeat(64) };
  const storageKey = `outputs/${task.id}/0.png`;
  await completeTask(deps, fence, [{ ...picture, id: newId(), durationMs: null, frames: null, storageKey }]);
}
