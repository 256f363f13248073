import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addUpStatistics, hourMs } from '../../../desk/statistics/addUp.ts';
import { createBooksFigures } from '../../../desk/statistics/booksFigures.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { beginLead, type Lead } from '../../../ground/telemetry/leaderMetrics.ts';
import { readMetrics } from '../../../ground/telemetry/readMetrics.ts';
import { checkLedgerPart } from '../../../money/credits/ledgerCheck.ts';
import { createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { eventually, silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { createTaskIndex } from '../planner/taskIndex.ts';
import { startPlatformFigures } from './platformFigures.ts';

const never = new AbortController().signal;
const db = databaseFixture();
let userId: string;
let lead: Lead;
beforeAll(async () => {
  userId = (await createUser(db.database, 1_000)).id;
});
beforeEach(() => {
  lead = beginLead(performance.now() + 600_000);
});
afterEach(() => lead.end());

const readText = async () => (await readMetrics('text')).text;

test('the leader shows queue, pool and outbox; a dispatcher that follows none', async () => {
  const clock = createManualClock(new Date());
  await createQueuedTask(db.database, userId);
  await createOwnedBackend(db.database);
  await db.database('outbox').insert({
    type: 'task_queued',
    taskId: (await Task.query(db.database).first())?.id,
    userId,
    data: '{}',
    createdAt: new Date(clock.now().getTime() - 30_000),
  });
  const deps = { database: db.database, clock, logger: silentLogger };
  const sight = { waiting: createTaskIndex(), backends: [], devices: new Map<string, string>() };
  const leadership: { lead: Lead | undefined } = { lead: undefined };
  const figures = startPlatformFigures({ ...deps, leader: { sight: () => sight }, leadership });
  await clock.advance(5_000);
  expect(await readText()).not.toContain('star_graph_queue_tasks{');
  leadership.lead = lead;
  await eventually(async () => {
    await clock.advance(5_000);
    const text = await readText();
    expect(text).toMatch(/star_graph_queue_tasks\{lane="interactive"\} 1\n/);
    expect(text).toContain('star_graph_backends{state="up"} 1\n');
    expect(text).toContain('star_graph_outbox_unsent_events 1\n');
    // The clock goes on with each try.
    expect(Number(/star_graph_outbox_oldest_unsent_seconds (\d+)/.exec(text)?.[1])).toBeGreaterThanOrEqual(
      30,
    );
    expect(text).toContain('star_graph_queue_paused 0\n');
  });
  lead.end();
  expect(await readText()).not.toMatch(/^star_graph_(queue|outbox|backends|webhooks)/m);
  await figures.stop();
});

test("the business' counters go on under a new leader", async () => {
  const midnight = new Date('2026-05-01T00:00:00.000Z');
  const clock = { ...createManualClock(), now: () => new Date(midnight.getTime() + 30 * hourMs) };
  const { database } = db;
  for (const hours of [1, 20, 26]) {
    const { id } = await createQueuedTask(database, userId, { workflowName: 'text2img' });
    const finishedAt = new Date(midnight.getTime() + hours * hourMs);
    await Task.query(database).findById(id).patch({ status: 'succeeded', finishedAt });
  }
  await addUpStatistics({ database, clock }, never);
  await checkLedgerPart({ database, clock }, { budgetMs: 60_000, signal: never });
  const show = (leadership: { lead: Lead }) => createBooksFigures({ database, clock, leadership }).show();
  const total = 'star_graph_business_tasks_total{workflow="text2img",outcome="succeeded"} 3\n';
  await show({ lead });
  const text = await readText();
  expect(text).toContain(total);
  expect(text).toContain('star_graph_ledger_imbalance_credits 0\n');
  expect(text).toContain('star_graph_ledger_faults');
  lead.end();
  expect(await readText()).not.toContain('star_graph_business_tasks_total{');
  lead = beginLead(performance.now() + 600_000);
  await show({ lead });
  expect(await readText()).toContain(total);
});
