import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { Backend } from '../../ground/db/models/backend.ts';
import { Rental, RentalDecision } from '../../ground/db/models/rental.ts';
import { createKeyRing } from '../../ground/encryption/keyRing.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { task } from '../../testing/dispatch/planInput.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock, type ManualClock } from '../../testing/manualClock.ts';
import { type DstackStandIn, startDstackStandIn } from '../../testing/services/dstackStandIn.ts';
import { createTaskIndex } from '../../work/dispatch/planner/taskIndex.ts';
import { joinPool } from '../pool/agents.ts';
import { createDstack } from './dstack.ts';
import { rentRound } from './renting.ts';

const db = databaseFixture();
let dstack: DstackStandIn;
let clock: ManualClock;
let held: { owner: string; epoch: number };
/** Seconds of work that wait. */
let waiting: number[];
let logged: string[];
let config: Parameters<typeof rentRound>[1];

beforeEach(async () => {
  for (const table of ['rental_decisions', 'rentals', 'join_codes', 'pool_agents', 'backends'])
    await db.database(table).delete();
  dstack = await startDstackStandIn();
  clock = createManualClock(new Date('2026-12-01T12:00:00Z'));
  waiting = [];
  logged = [];
  const owner = newId();
  await db.database('leader').where({ id: 1 }).update({ owner });
  held = { owner, epoch: (await db.database('leader').where({ id: 1 }).first('epoch')).epoch };
  const folder = mkdtempSync(join(tmpdir(), 'star-graph-rent-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const configurationFile = join(folder, 'task.yml');
  writeFileSync(
    configurationFile,
    'type: task\ncommands: [./join.sh]\nenv:\n  OWN: word\nresources: { gpu: 24GB }\n',
  );
  const { url, token } = dstack;
  const provider = createDstack({ url, token, project: 'main', configurationFile, prefix: 'sg' });
  const rules = { most: 2, budgetPerDay: 10, idleMs: 600_000, startMs: 300_000 };
  config = { provider, rules, prefix: 'sg', publicUrl: 'https://pictures.example', intervalMs: 15_000 };
});
afterEach(() => dstack[Symbol.asyncDispose]());

const deps = () => ({
  database: db.database,
  clock,
  logger: pino({ level: 'info' }, { write: (line: string) => logged.push(line) }),
  keyRing: createKeyRing([]),
  wakeSignals: { send: () => undefined, sendCancel: () => undefined },
  leadership: { held },
  leader: {
    sight: () => ({
      waiting: createTaskIndex(waiting.map((estimateSeconds, at) => task(`t${at}`, { estimateSeconds }))),
      backends: [],
      devices: new Map(),
    }),
  },
});
const round = () => rentRound(deps(), config, new AbortController().signal);
const rentals = async () => await Rental.query(db.database).orderBy('createdAt').orderBy('id');
const states = async () => (await rentals()).map(({ state }) => state);
const why = async () => (await RentalDecision.query(db.database).findById(1))?.content.why;
const onlyRun = () => [...dstack.runs.values()][0] ?? expect.fail('nothing runs');

async function joinIt(run = onlyRun()) {
  Object.assign(run, { status: 'running', price: 0.4 });
  const code = run.env.STAR_GRAPH_JOIN_CODE ?? '';
  const report = { folders: {} };
  const joining = { code, token: 'a'.repeat(43), url: 'http://10.9.0.1:8188', name: run.name, report };
  return await joinPool(deps(), joining);
}

test('waiting work rents a machine, which joins by its own code and is given back when it is idle', async () => {
  await round();
  expect([await states(), await why()]).toEqual([[], 'nothing-waits']);
  waiting = [200];
  await round();
  expect([await states(), await why()]).toEqual([['starting'], 'starting']);
  expect(onlyRun().env).toMatchObject({ OWN: 'word', STAR_GRAPH_URL: 'https://pictures.example' });
  await round();
  expect(dstack.asked.started, 'one that comes counts').toHaveLength(1);
  const backendId = await joinIt();
  waiting = [];
  await round();
  expect(await rentals()).toMatchObject([{ state: 'serving', backendId, price: 0.4 }]);
  await clock.advance(600_000);
  await round();
  expect([await states(), (await Backend.query(db.database).findById(backendId))?.draining]).toEqual([
    ['draining'],
    true,
  ]);
  waiting = [200];
  await round();
  expect(await states(), 'work that comes keeps it').toEqual(['serving']);
  waiting = [];
  for (let at = 0; at < 3; at += 1) await round();
  expect([await states(), dstack.asked.stopped]).toEqual([['stopping'], [onlyRun().name]]);
  onlyRun().status = 'terminated';
  await round();
  expect(await rentals()).toMatchObject([{ state: 'ended', fault: null, tasks: 0 }]);
  expect((await Backend.query(db.database).findById(backendId))?.removedAt).not.toBeNull();
  waiting = [200];
  await round();
  expect(await why(), 'it did nothing, so the next one waits').toBe('resting');
  const said = [...logged, JSON.stringify(await RentalDecision.query(db.database))].join();
  expect(said).not.toMatch(/dstack-token-word|JOIN_CODE/);
});

test('a start whose answer was lost is found by its name, and one that was refused is made again', async () => {
  waiting = [200];
  dstack.nextStart = 'lost';
  await round();
  expect(await states()).toEqual(['wanted']);
  await round();
  expect([await states(), dstack.asked.started.length]).toEqual([['starting'], 1]);

  await db.database('rentals').delete();
  dstack.runs.clear();
  dstack.nextStart = 'refused';
  await round();
  expect(await rentals()).toMatchObject([{ state: 'wanted', fault: 'dstack answers 400: No offers found' }]);
  await round();
  expect(await states()).toEqual(['starting']);
});

test('a machine that vanishes leaves the pool at once, with what its provider says of it', async () => {
  waiting = [200];
  await round();
  const backendId = await joinIt();
  Object.assign(onlyRun(), { status: 'failed', reason: 'interrupted_by_no_capacity' });
  await round();
  expect((await rentals())[0]).toMatchObject({ state: 'ended', fault: 'interrupted_by_no_capacity' });
  const gone = await Backend.query(db.database).findById(backendId);
  expect([gone?.removedAt !== null, gone?.enabled]).toEqual([true, false]);
});

test('a machine that nobody here rented is ended, and one of another name is left alone', async () => {
  const of = (name: string) => ({ name, status: 'running', price: 1, reason: undefined, env: {} });
  for (const name of ['sg-leaked', 'sgother', 'training']) dstack.runs.set(name, of(name));
  await round();
  expect(dstack.asked.stopped).toEqual(['sg-leaked']);
});

test('while the provider is away nothing changes, and the desk is told why', async () => {
  waiting = [200];
  await round();
  await joinIt();
  dstack.isAway = true;
  await clock.advance(3_600_000);
  await round();
  expect([await states(), await why()]).toEqual([['serving'], 'provider-away']);
});

test('a machine that does not join in time is ended, and its code lets nobody in', async () => {
  waiting = [200];
  await round();
  await clock.advance(900_001);
  waiting = [];
  await round();
  expect([await states(), dstack.asked.stopped]).toEqual([['stopping'], [onlyRun().name]]);
  await expect(joinIt()).rejects.toThrow('does not let a machine join');
  expect(await db.database('backends')).toEqual([]);
});

test('a machine that was rented under another name is still found and ended', async () => {
  waiting = [200];
  await round();
  const { url, token } = dstack;
  const configurationFile = join(tmpdir(), 'nowhere.yml');
  const prefix = 'other';
  config = {
    ...config,
    prefix,
    provider: createDstack({ url, token, project: 'main', configurationFile, prefix }),
  };
  await clock.advance(900_001);
  waiting = [];
  await round();
  expect([await states(), dstack.asked.stopped]).toEqual([['stopping'], [onlyRun().name]]);
});

test('a rented machine never takes the place of a server of the house', async () => {
  const house = {
    id: newId(),
    url: 'http://10.9.0.1:8188',
    name: 'house',
    labels: [],
    createdAt: clock.now(),
  };
  await Backend.query(db.database).insert(house);
  waiting = [200];
  await round();
  await expect(joinIt()).rejects.toThrow('does not let a machine join');
  expect(await states()).toEqual(['starting']);
});

test('another leader starts nothing for one that was replaced', async () => {
  waiting = [200];
  held = { owner: newId(), epoch: held.epoch };
  await round();
  expect([await states(), dstack.asked.started]).toEqual([[], []]);
});
