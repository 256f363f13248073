import { expect, test } from 'vitest';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { createQueueReader } from './queueState.ts';

const db = databaseFixture();

function watchStatements(): { statements: string[]; stop(): void } {
  const statements: string[] = [];
  const { database } = db;
  const note = ({ sql }: { sql: string }) => statements.push(sql);
  database.on('query', note);
  return { statements, stop: () => database.off('query', note) };
}

test('all requests within a second share one queue count', async () => {
  const clock = createManualClock();
  const reader = createQueueReader({ database: db.database, clock });
  const watched = watchStatements();
  await Promise.all(Array.from({ length: 50 }, () => [reader.readQueue(), reader.readPool()]).flat());
  await clock.advance(999);
  await Promise.all([reader.readQueue(), reader.readPool()]);
  // One for the tasks, two for the pool.
  expect(watched.statements).toHaveLength(3);
  await clock.advance(1);
  await reader.readQueue();
  watched.stop();
  expect(watched.statements).toHaveLength(4);
});
