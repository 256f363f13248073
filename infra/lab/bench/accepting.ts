import { type Database, inHotTransaction } from '@star-graph/core/ground/db/connect';
import { Task } from '@star-graph/core/ground/db/models/task';
import { sendPacket } from '@star-graph/core/ground/db/packet';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { prepareHold } from '@star-graph/core/money/credits/credits';
import { recordEvents } from '@star-graph/core/work/events/outbox/recordEvent';
import { claimKey } from '@star-graph/core/work/tasks/accepting/idempotency';
import { cacheKeyOf } from '@star-graph/core/work/tasks/accepting/resultCache';
import { cancelTask } from '@star-graph/core/work/tasks/cancelTask';
import { findBuiltin } from '@star-graph/workflows/builtin';
import { runAll, sendAll, smallPicture } from './load.ts';
import type { BenchPerson, BenchPlatform } from './platform.ts';
import { type Measurement, perSecond, showRate } from './report.ts';

const concurrency = 32;
const clock = systemClock;

/** Requests accepted a second, beside the same statements written bare on a pool of the same size. */
export async function measureAccepting(
  platform: BenchPlatform,
  people: readonly BenchPerson[],
): Promise<Measurement> {
  const count = 3_000;
  const personOf = (index: number): BenchPerson => {
    const person = people[index % people.length];
    if (!person) throw new Error('nobody was registered');
    return person;
  };
  const accept = (amount: number, round: string) =>
    sendAll(amount, concurrency, (index) => ({
      method: 'POST',
      url: `${platform.apiUrl}/api/v1/generate/text2img`,
      headers: { ...personOf(index).headers, 'Idempotency-Key': `${round}-${index}` },
      body: JSON.stringify({ ...smallPicture, seed: 1_000_000 + index }),
    }));
  await accept(500, 'warm');
  const { elapsedMs } = await accept(count, 'run');
  const bare = (amount: number) =>
    runAll(amount, concurrency, (index) => acceptBare(platform.database, personOf(index).id, index));
  await bare(500);
  const bareMs = await bare(count);
  await cancelAll(platform);
  const ours = perSecond(count, elapsedMs);
  const limit = perSecond(count, bareMs);
  return {
    what: 'POST /generate accepted',
    measured: showRate(ours),
    limit: `${showRate(limit)} same statements bare`,
    ratio: ours / limit,
    target: '≥ 0.8',
  };
}

/** Leaves no open task for the measurements that follow. */
async function cancelAll({ database }: BenchPlatform): Promise<void> {
  const wakeSignals = { send: () => undefined, sendCancel: () => undefined };
  const open = await Task.query(database).select('id').where({ status: 'queued' });
  await runAll(open.length, 8, async (index) => {
    const task = open[index];
    if (task) await cancelTask({ database, clock, wakeSignals }, task.id, undefined);
  });
}

/** Idempotency, queue bound, task, hold and outbox: the writes of an acceptance without its checks. */
async function acceptBare(database: Database, userId: string, index: number): Promise<void> {
  const workflow = findBuiltin('text2img');
  if (!workflow) throw new Error('text2img ships with the platform');
  const params = workflow.params.parse({ ...smallPicture, seed: index });
  const now = new Date();
  const id = newId();
  const task = Task.fromJson({
    id,
    userId,
    apiKeyId: null,
    type: workflow.type,
    workflowName: workflow.name,
    workflowVersion: workflow.version,
    lane: 'interactive',
    status: 'queued',
    params,
    meta: {},
    images: {},
    cost: 1,
    workUnits: 1,
    estimateSeconds: 1,
    cacheKey: cacheKeyOf(workflow, params, {}),
    createdAt: now,
    updatedAt: now,
  });
  await inHotTransaction(database, async (trx) => {
    const hold = prepareHold(
      { clock },
      trx,
      { taskId: id, userId, amount: 1 },
      { openTasks: 1_000_000, unpaidTasksPerDay: 5_000 },
    );
    const events = [
      { type: 'task_created', data: {} },
      { type: 'task_queued', data: { attempt: 0 } },
    ] as const;
    const answers = await sendPacket(trx, [
      claimKey(trx, { userId, key: id, bodyHash: '0'.repeat(64) }, id, now),
      trx(Task.tableName).insert(task.$toDatabaseJson()),
      ...hold.statements,
      ...recordEvents(trx, { id, userId, apiKeyId: null }, events, now),
    ]);
    await hold.confirm(answers.slice(2));
  });
}
