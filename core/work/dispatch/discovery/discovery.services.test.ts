import { pino } from 'pino';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { changeBackend, createBackend, removeBackend } from '../../../desk/pool/backends.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { createKeyRing } from '../../../ground/encryption/keyRing.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createUser } from '../../../testing/db/factories.ts';
import { untilOneWaits } from '../../../testing/db/lockWaits.ts';
import { eventually } from '../../../testing/eventually.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import type { LeaderFence } from '../../tasks/leaderFence.ts';
import { applyFound } from './applyFound.ts';
import { type DiscoveryConfig, startDiscovery } from './discovery.ts';
import type { Found, Source } from './source.ts';

const [a, b, c] = ['http://10.0.0.1:8188', 'http://10.0.0.2:8188', 'http://10.0.0.3:8188'] as const;
const hourMs = 3_600_000;

const db = databaseFixture();
let actorId: string;
let leader: LeaderFence;
let logged: string[];
const running: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  actorId = (await createUser(db.database, 0)).id;
});
beforeEach(async () => {
  await db.database('backends').delete();
  logged = [];
  leader = await lead();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

/** Another dispatcher leads from now on. */
async function lead(): Promise<LeaderFence> {
  const owner = newId();
  await db.database('leader').where({ id: 1 }).update({ owner });
  await db.database('leader').where({ id: 1 }).increment('epoch', 1);
  const { epoch } = await db.database('leader').where({ id: 1 }).first('epoch');
  return { owner, epoch };
}

/** A source that finds what the test says, and counts how often it was asked. */
class ScriptedSource implements Source {
  readonly name: string;
  asked = 0;
  answer: () => Partial<Found> | Promise<Partial<Found>>;
  constructor(answer: ScriptedSource['answer'], name = 'dns+a://gpu.example:8188') {
    this.answer = answer;
    this.name = name;
  }
  async find(): Promise<Found> {
    try {
      return { urls: [], leaving: [], refused: [], ...(await this.answer()) };
    } finally {
      this.asked += 1;
    }
  }
  finds(...urls: string[]): void {
    this.answer = () => ({ urls });
  }
  /** Resolves when the pool has seen so many more answers. */
  async askedAgain(times = 2): Promise<void> {
    const enough = this.asked + times;
    await eventually(() => expect(this.asked).toBeGreaterThanOrEqual(enough));
  }
}

const deps = () => ({
  database: db.database,
  clock: systemClock,
  logger: pino({ level: 'info' }, { write: (line: string) => logged.push(line) }),
  wakeSignals: { send: () => undefined, sendCancel: () => undefined },
  keyRing: createKeyRing([]),
});

function discover(sources: Source[], config: Partial<DiscoveryConfig> = {}, held = leader) {
  const discovery = startDiscovery(
    { ...deps(), leadership: { held } },
    { sources, intervalMs: 5, graceMs: hourMs, ...config },
  );
  running.push(discovery);
  return discovery;
}

const listAll = async () => await Backend.query(db.database).orderBy('url');
const listUrls = async () =>
  (await listAll()).filter(({ removedAt }) => removedAt === null).map(({ url }) => url);
const poolIs = (...urls: string[]) => eventually(async () => expect(await listUrls()).toEqual(urls));
const find = async (url: string) => await Backend.query(db.database).findOne({ url }).throwIfNotFound();

test('what is found is in the pool, with its source', async () => {
  const source = new ScriptedSource(() => ({ urls: [a, b] }));
  discover([source]);
  await poolIs(a, b);
  expect(await find(a)).toMatchObject({ discoveredBy: source.name, fromEnvironment: false, enabled: true });
});

test('a server that vanishes leaves after the patience, and returns with its row', async () => {
  const source = new ScriptedSource(() => ({ urls: [a, b] }));
  discover([source]);
  await poolIs(a, b);
  const { id } = await find(b);
  await changeBackend(deps(), { id: actorId, serviceKey: null }, id, { weight: 7, draining: true });
  source.finds(a);
  await eventually(async () => expect((await find(b)).missingSince).not.toBeNull());
  await source.askedAgain();
  expect(await listUrls()).toEqual([a, b]);
  await Backend.query(db.database)
    .findById(id)
    .patch({ missingSince: new Date(Date.now() - 2 * hourMs) });
  await poolIs(a);
  source.finds(a, b);
  await poolIs(a, b);
  expect(await find(b)).toMatchObject({ id, weight: 7, draining: true, missingSince: null });
});

test('a server that is found again in time was never away', async () => {
  const source = new ScriptedSource(() => ({ urls: [a, b] }));
  discover([source]);
  await poolIs(a, b);
  source.finds(a);
  await eventually(async () => expect((await find(b)).missingSince).not.toBeNull());
  source.finds(a, b);
  await eventually(async () => expect((await find(b)).missingSince).toBeNull());
});

test('a source that does not answer changes nothing', async () => {
  const source = new ScriptedSource(() => ({ urls: [a, b] }));
  discover([source], { graceMs: 0 });
  await poolIs(a, b);
  source.answer = () => Promise.reject(new Error('SERVFAIL'));
  await source.askedAgain(5);
  expect(await listUrls()).toEqual([a, b]);
  expect((await listAll()).map(({ missingSince }) => missingSince)).toEqual([null, null]);
  expect(logged.filter((line) => line.includes('does not answer'))).toHaveLength(1);
});

test('an empty answer counts from the third in a row', async () => {
  const source = new ScriptedSource(() => ({ urls: [a, b] }));
  discover([source]);
  await poolIs(a, b);
  let empties = 0;
  const missing: number[] = [];
  // Two empty answers, then a whole one, and so on: it is never empty for long.
  source.answer = async () => {
    missing.push((await listAll()).filter(({ missingSince }) => missingSince !== null).length);
    empties += 1;
    return { urls: empties % 3 === 0 ? [a, b] : [] };
  };
  await source.askedAgain(9);
  expect(new Set(missing)).toEqual(new Set([0]));
  source.finds();
  await eventually(async () =>
    expect((await listAll()).every(({ missingSince }) => missingSince !== null)).toBe(true),
  );
});

test('a server that was told to end leaves at once', async () => {
  const source = new ScriptedSource(() => ({ urls: [a, b] }));
  discover([source]);
  await poolIs(a, b);
  await Promise.all(running.splice(0).map((one) => one.stop()));
  await applyFound(deps(), leader, source.name, { urls: [a], leaving: [b] }, hourMs);
  expect(await listUrls()).toEqual([a]);
});

test('an administrator who removes a server at the same moment is right', async () => {
  const source = new ScriptedSource(() => ({ urls: [a, b] }));
  const discovery = discover([source]);
  await poolIs(a, b);
  await discovery.stop();
  const { id } = await find(b);
  await Backend.query(db.database).findById(id).patch({ removedAt: new Date() });
  const removal = await db.database.transaction();
  await Backend.query(removal).findById(id).patch({ discoveredBy: null, enabled: false });
  const applying = applyFound(deps(), leader, source.name, { urls: [a, b], leaving: [] }, hourMs);
  await untilOneWaits(db.database);
  await removal.commit();
  expect(await applying).toMatchObject({ changed: 0 });
  expect(await listUrls()).toEqual([a]);
});

test('what an administrator added stays, and what they removed stays out', async () => {
  const own = await createBackend(
    deps(),
    { id: actorId, serviceKey: null },
    { url: c, weight: 1, labels: [], enabled: true },
  );
  const source = new ScriptedSource(() => ({ urls: [a, b, c] }));
  discover([source], { graceMs: 0 });
  await poolIs(a, b, c);
  await removeBackend(deps(), { id: actorId, serviceKey: null }, (await find(b)).id);
  source.finds(a, b);
  await source.askedAgain(4);
  expect(await listUrls()).toEqual([a, c]);
  expect(await find(c)).toMatchObject({ id: own.backend.id, discoveredBy: null });
  await eventually(() => expect(logged.join()).toContain('stay out of the pool'));
});

test('a leader that stood still writes nothing', async () => {
  const late = Promise.withResolvers<Partial<Found>>();
  const stale = new ScriptedSource(() => late.promise);
  discover([stale], { graceMs: 0 });
  const next = await lead();
  const fresh = new ScriptedSource(() => ({ urls: [b, c] }));
  const second = discover([fresh], { graceMs: 0 }, next);
  await poolIs(b, c);
  await second.stop();
  // The old leader's answer comes now, and it goes on asking.
  late.resolve({ urls: [a] });
  await stale.askedAgain(4);
  expect(await listUrls()).toEqual([b, c]);
  expect((await listAll()).map(({ url }) => url)).toEqual([b, c]);
});

test('the next leader goes on with what is missing', async () => {
  const source = new ScriptedSource(() => ({ urls: [a, b] }));
  const first = discover([source]);
  await poolIs(a, b);
  source.finds(a);
  await eventually(async () => expect((await find(b)).missingSince).not.toBeNull());
  const { missingSince } = await find(b);
  await first.stop();
  discover([source], {}, await lead());
  await source.askedAgain();
  expect(await find(b)).toMatchObject({ missingSince, removedAt: null });
});

test('a dispatcher that does not lead asks nobody', async () => {
  const [leading, following] = [
    new ScriptedSource(() => ({ urls: [a] })),
    new ScriptedSource(() => ({ urls: [b] })),
  ];
  running.push(
    startDiscovery(
      { ...deps(), leadership: { held: undefined } },
      { sources: [following], intervalMs: 5, graceMs: 0 },
    ),
  );
  discover([leading]);
  await leading.askedAgain(10);
  expect(following.asked).toBe(0);
  expect(await listUrls()).toEqual([a]);
});

test('of two sources of one server the other one keeps it', async () => {
  const [first, second] = ['one', 'two'].map(
    (name) => new ScriptedSource(() => ({ urls: [a, b] }), `dns+a://${name}.example:8188`),
  ) as [ScriptedSource, ScriptedSource];
  discover([first, second], { graceMs: 0 });
  await poolIs(a, b);
  const { id } = await find(a);
  first.finds(b);
  second.finds(a);
  await first.askedAgain(6);
  await poolIs(a, b);
  expect((await find(a)).id).toBe(id);
  expect(await listAll()).toHaveLength(2);
});

test('servers of a source that is named no more leave like missing ones', async () => {
  const [old, kept] = ['old', 'kept'].map(
    (name) => new ScriptedSource(() => ({ urls: [name === 'old' ? a : b] }), `dns+a://${name}.example:8188`),
  ) as [ScriptedSource, ScriptedSource];
  const both = discover([old, kept]);
  await poolIs(a, b);
  await both.stop();
  discover([kept], { graceMs: 0 });
  await poolIs(b);
});
