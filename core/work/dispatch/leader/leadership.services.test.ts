import { expect, test } from 'vitest';
import { Leader } from '../../../ground/db/models/backend.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createLeadership } from './leadership.ts';

const db = databaseFixture();

test('a dispatcher whose clock is a minute off leaves the lead to others at once', async () => {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => new Date(Date.now() + aheadMs) };
  const deps = { leases: db.database, clock, logger: silentLogger, leader: { setEpoch: () => undefined } };
  const [first, second] = [createLeadership(deps, newId(), 60_000), createLeadership(deps, newId(), 60_000)];
  await first.round();
  expect(first.leads).toBe(true);
  for (aheadMs of [50_000, -50_000]) {
    await first.round();
    expect(first.leads).toBe(true);
  }
  for (aheadMs of [3_600_000, -3_600_000]) {
    await first.round();
    expect(first.leads).toBe(false);
    expect(await Leader.query(db.database).findById(1)).toMatchObject({ owner: null });
    await second.round();
    expect(second.leads).toBe(false);
  }
  aheadMs = 0;
  await second.round();
  expect([first.leads, second.leads]).toEqual([false, true]);
});
