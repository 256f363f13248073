import { Task } from '@star-graph/core/ground/db/models/task';
import { createQueuedTask, createUser } from '@star-graph/core/testing/db/factories';
import { databaseFixture } from '@star-graph/core/testing/fixture';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import type { EventFeeds } from '@star-graph/core/work/events/eventFeeds';
import type { LiveEvent } from '@star-graph/core/work/events/liveEvent';
import { expect, test } from 'vitest';
import { createPersonRuns } from './personRuns.ts';

const db = databaseFixture();

const clock = createManualClock();

/** A person with graphs, and what tells this process of them. */
async function enter() {
  const { database } = db;
  const open = new Set<(event: LiveEvent) => void>();
  const feeds: EventFeeds = {
    async open(_stream, _start, deliver) {
      open.add(deliver);
      return () => void open.delete(deliver);
    },
    close: () => {},
  };
  const { id: userId } = await createUser(database, 100);
  const runs = createPersonRuns({ database, feeds, clock });
  const send = (type: Task['type'] = 'graph') =>
    createQueuedTask(database, userId, { type, params: { graph: {} } });
  return {
    runs,
    userId,
    open,
    send,
    /** Newest first. */
    statuses: async () => (await runs.read(userId)).list.map(({ task }) => task.status),
    /** Nobody is told. */
    change: (task: Task, status: Task['status']) => Task.query(database).findById(task.id).patch({ status }),
    tell(type: LiveEvent['type'], taskId = '') {
      for (const deliver of open) deliver({ type, taskId, seq: undefined, body: '{}', encoded: new Map() });
    },
  };
}

test('a graph is read again when something became of it, and the others are not', async () => {
  const { runs, userId, send, statuses, change, tell } = await enter();
  const [first, second] = [await send(), await send()];
  expect(await statuses()).toEqual(['queued', 'queued']);
  await change(first, 'assigned');
  await change(second, 'assigned');
  tell('progress_update', first.id);
  expect(await statuses()).toEqual(['queued', 'queued']);
  tell('task_started', first.id);
  expect(await statuses()).toEqual(['queued', 'assigned']);
  runs.noteChange(userId, [second.id]);
  expect(await statuses()).toEqual(['assigned', 'assigned']);
  runs.close();
});

test('a new graph comes first, and a task that is none is not among them', async () => {
  const { runs, userId, send, statuses, tell } = await enter();
  await send();
  expect(await statuses()).toHaveLength(1);
  const [other, latest] = [await send('text2img'), await send()];
  for (const { id } of [latest, other]) tell('task_queued', id);
  const { list, queue } = await runs.read(userId);
  expect(list.map(({ task }) => task.id)).toEqual([latest.id, expect.not.stringMatching(other.id)]);
  expect(JSON.parse(queue).queue_pending.map(([, id]: [number, string]) => id)).toContain(latest.id);
  runs.close();
});

test('after missed events, and after a minute, everything is read again', async () => {
  const { runs, send, statuses, change, tell } = await enter();
  const task = await send();
  expect(await statuses()).toEqual(['queued']);
  await change(task, 'assigned');
  tell('state_snapshot');
  expect(await statuses()).toEqual(['assigned']);
  await change(task, 'succeeded');
  expect(await statuses()).toEqual(['assigned']);
  await clock.advance(60_000);
  expect(await statuses()).toEqual(['succeeded']);
  runs.close();
});

test('the answers that clients poll for are written once for each change', async () => {
  const { runs, userId, send, tell } = await enter();
  const { id } = await send();
  const first = await runs.read(userId);
  expect([await runs.read(userId), first.history]).toEqual([first, '{}']);
  expect(await runs.read(userId)).toBe(first);
  tell('task_started', id);
  expect(await runs.read(userId)).not.toBe(first);
  runs.close();
});

test('a person whom nobody asks about any more is not listened to', async () => {
  const { runs, userId, open } = await enter();
  const stop = await runs.listen(userId, () => {});
  await clock.advance(300_000);
  expect(open.size).toBe(1);
  stop();
  await clock.advance(300_000);
  expect(open.size).toBe(0);
  runs.close();
});
