import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinPool } from '../../../desk/pool/agents.ts';
import { createBackend, removeBackend } from '../../../desk/pool/backends.ts';
import { type RentingConfig, readRenting } from '../../../desk/renting/renting.ts';
import { parseDispatcherConfig } from '../../../ground/config/config.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { Rental, RentalDecision } from '../../../ground/db/models/rental.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import {
  createDispatchSetup,
  eventually,
  type RunningDispatcher,
} from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { startDstackStandIn } from '../../../testing/services/dstackStandIn.ts';

const setup = fixture(createDispatchSetup);
const dstack = fixture(() => startDstackStandIn());
const folder = mkdtempSync(join(tmpdir(), 'star-graph-rent-'));
const flags = ['--instant', '--threads', '1'];
let backend: PreviewBackendProcess;
let dispatcher: RunningDispatcher;
let renting: RentingConfig;
beforeAll(async () => {
  backend = await startPreviewBackend({ flags });
  const configuration = join(folder, 'task.yml');
  writeFileSync(configuration, 'type: task\ncommands: [./join.sh]\n');
  const env = parseDispatcherConfig({
    ...setup.environment,
    PUBLIC_URL: 'https://pictures.example',
    RENT_DSTACK_URL: dstack.url,
    RENT_DSTACK_TOKEN: dstack.token,
    RENT_CONFIGURATION: configuration,
  });
  renting = { ...(readRenting(env) ?? expect.fail('nothing is rented')), intervalMs: 100 };
  // The next round of leases is later than any test waits.
  dispatcher = await setup.start({ leaseMs: 3_600_000, renting });
});
afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await backend?.stop();
  rmSync(folder, { recursive: true });
});

const deps = () => {
  const { database, wakeSignals, keyRing } = setup;
  return { database, wakeSignals, keyRing, clock: systemClock };
};
const actor = () => ({ id: setup.userId, serviceKey: null });
const addHouse = async () => {
  const settings = { url: backend.url, weight: 1, labels: [], enabled: true };
  return (await createBackend(deps(), actor(), settings)).backend.id;
};
const find = (id: string) => Backend.query(setup.database).findById(id).throwIfNotFound();

test('an added server is taken at once and a removed one is left, between the rounds of leases', async () => {
  const added = await addHouse();
  await eventually(async () =>
    expect(await find(added)).toMatchObject({ state: 'up', owner: dispatcher.id }),
  );

  await removeBackend(deps(), actor(), added);
  await eventually(async () => expect(await find(added)).toMatchObject({ owner: null }));
});

test('a rented machine that vanishes within a task is closed and counted, and the task goes on elsewhere', async () => {
  const houseId = await addHouse();
  await eventually(async () => expect((await find(houseId)).state).toBe('up'));
  await backend.stop();
  await eventually(async () => expect((await find(houseId)).state).toBe('down'));
  // Accepted, since that one is expected back.
  const { id } = await setup.submit('text2img', { prompt: 'a pier', width: 256, height: 256, steps: 1 });
  const run = await eventually(() => [...dstack.runs.values()][0] ?? expect.fail('nothing was rented'));
  expect(run.name).toMatch(/^star-graph-[0-9a-f]{6}-[0-9a-f]{12}$/);
  const machine = await startPreviewBackend({ flags });
  await machine.control({ arm: [{ kind: 'hold', times: 'always' }] });
  run.status = 'running';
  const joining = { code: run.env.STAR_GRAPH_JOIN_CODE ?? '', token: 'a'.repeat(43), url: machine.url };
  const rentedId = await joinPool(deps(), { ...joining, report: { folders: {} } });
  await setup.reached(id, 'running');
  // So much an hour that a second is more than a day may cost.
  run.price = 100_000_000;
  const rental = () => Rental.query(setup.database).findOne({ name: run.name }).throwIfNotFound();
  await eventually(async () => expect(await rental()).toMatchObject({ price: run.price }));

  await machine.kill();
  Object.assign(run, { status: 'failed', reason: 'interrupted_by_no_capacity' });
  await eventually(async () =>
    expect(await rental()).toMatchObject({
      state: 'ended',
      fault: 'interrupted_by_no_capacity',
      tasks: 1,
    }),
  );
  await setup.reached(id, 'queued');
  await eventually(async () => {
    const decision = await RentalDecision.query(setup.database).findById(1);
    expect(decision?.content.why).toBe('budget');
    expect(decision?.content.spentToday).toBeGreaterThan(renting.rules.budgetPerDay);
  });
  backend = await startPreviewBackend({ flags, port: Number(new URL(backend.url).port) });
  await setup.reached(id, 'succeeded');
  expect(await setup.listAttempts(id)).toMatchObject([
    { backendId: rentedId, state: 'ended' },
    { backendId: houseId, state: 'ended' },
  ]);
  expect(dstack.asked.started).toEqual([run.name]);
  await expectSettled(setup.database);
  await machine.stop();
});
