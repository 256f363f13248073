import type { EventFeeds } from '@star-graph/core/events/feed/eventFeeds';
import type { LiveEvent } from '@star-graph/core/events/live/liveEvent';
import { newId } from '@star-graph/core/runtime/ids';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import { expect, test } from 'vitest';
import { createPersonRuns } from './personRuns.ts';

const event = (type: LiveEvent['type']): LiveEvent => ({
  ...{ type, taskId: newId(), seq: undefined, body: '{"data":{"percent":1}}', encoded: new Map() },
});

test('a history that is asked for again and again is read once, until something became of it', async () => {
  await using db = await createTestDatabase();
  const { database } = db;
  const clock = createManualClock();
  const open = new Set<(event: LiveEvent) => void>();
  const feeds: EventFeeds = {
    async open(_stream, _start, deliver) {
      open.add(deliver);
      return () => void open.delete(deliver);
    },
    close: () => {},
  };
  let statements = 0;
  database.on('query', () => {
    statements += 1;
  });
  const runs = createPersonRuns({ database, feeds, clock });
  const userId = newId();
  const look = async () => {
    for (let time = 0; time < 50; time += 1) expect((await runs.read(userId)).history).toBe('{}');
    return statements;
  };
  expect(await look()).toBe(1);
  const tell = (type: LiveEvent['type']) => {
    for (const deliver of open) deliver(event(type));
  };
  tell('progress_update');
  expect(await look()).toBe(1);
  tell('task_completed');
  expect(await look()).toBe(2);
  runs.noteChange(userId);
  expect(await look()).toBe(3);
  const stop = await runs.listen(userId, () => {});
  await clock.advance(300_000);
  expect(open.size).toBe(1);
  stop();
  await clock.advance(300_000);
  expect(open.size).toBe(0);
  expect(await look()).toBe(4);
  runs.close();
});
