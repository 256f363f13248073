import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { recordAct } from '../ground/audit.ts';
import { LedgerCheckRecord } from '../ground/db/models/ledgerCheck.ts';
import { AuditSeal } from '../ground/db/models/operation.ts';
import { createKeyRing } from '../ground/encryption/keyRing.ts';
import { systemClock as clock } from '../ground/runtime/clock.ts';
import { newId } from '../ground/runtime/ids.ts';
import { eventually, silentLogger } from '../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../testing/fixture.ts';
import { startChores } from '../work/dispatch/sweeps/runChores.ts';
import { listChores } from './chores.ts';

const db = databaseFixture();

test('an unlistable storage stops neither retention, ledger check nor sealing', async () => {
  const { database } = db;
  const longAgo = new Date('2020-01-01');
  const event = { type: 'task_queued', taskId: newId(), userId: newId(), data: '{}' };
  await database('outbox').insert({ ...event, createdAt: longAgo, sentAt: longAgo });
  await recordAct({ clock }, database, { actorId: null, action: 'queue.pause', target: 'c:d' });
  const leadership = { leads: true, held: { owner: newId(), epoch: 1 }, lead: undefined };
  const deps = { clock, logger: silentLogger, leadership };
  const chores = listChores(
    {
      ...deps,
      database,
      storage: {
        // biome-ignore lint/correctness/useYield: it breaks before the first
        async *list() {
          throw new Error('the storage is away');
        },
      } as never,
      catalogue: {
        loadWorkflow: async () => undefined,
        findUnfit: async () => undefined,
        findLacks: async () => undefined,
        readHoldings: async () => '',
      },
      wakeSignals: { send: () => undefined, sendCancel: () => undefined } as never,
      redis: {} as never,
      prefix: '',
      thumbnails: { sweep: async () => undefined },
      keyRing: createKeyRing([{ kid: 'k', secret: randomBytes(32) }]),
      providers: new Map(),
    },
    { retention: { assetDays: 30, taskDays: 90, mostPercent: 25 } },
  );
  const running = startChores(deps, chores);
  await eventually(async () => {
    expect(await database('outbox')).toEqual([]);
    expect(await LedgerCheckRecord.query(database)).toMatchObject([{ running: null }]);
    expect(await AuditSeal.query(database)).toHaveLength(1);
  });
  await running.stop();
});
