import type { TokenSignInView } from '@star-graph/contract/auth/signIn';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Attempt, Backend, Slot } from '@star-graph/core/ground/db/models/backend';
import { Transfer } from '@star-graph/core/ground/db/models/ledger';
import { OutboxEvent } from '@star-graph/core/ground/db/models/outboxEvent';
import { isTerminal, Task } from '@star-graph/core/ground/db/models/task';
import { isPassing } from '@star-graph/core/ground/db/retryWrite';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { checkLedger } from '@star-graph/core/money/credits/ledgerCheck';
import { assign, createOwnedBackend } from '@star-graph/core/testing/db/factories';
import { type Killer, killConnections } from '@star-graph/core/testing/db/killedConnections';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { completeTask, failTask } from '@star-graph/core/work/tasks/attemptTransitions';
import { beforeAll, expect, test } from 'vitest';
import type { Answer, Call } from './testing/servers/apiServer.ts';
import { workFixture } from './testing/servers/workServer.ts';

/** `WALK_MOVES=20000 WALK_SEED=7 npm test -- api/walk` walks longer, and another way. */
const moves = Number(process.env.WALK_MOVES ?? 80);
const seed = Number(process.env.WALK_SEED ?? 1);
const killedShare = 0.1;
const granted = 1_000_000;

const { platform, api } = workFixture({
  SIGN_UP_GRANT: String(granted),
  SIGN_UP_GRANT_LOCK_DAYS: '0',
  GIFTS_PER_DAY: '1000000',
  OPEN_TASKS_PER_USER: '100000',
  UPLOADS_PER_USER: '1000',
});

/** The same numbers for the same seed. */
function createRandom(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Person extends TokenSignInView {
  gifts: number;
  accepted: string[];
  uploads: string[];
  deleted: string[];
}

let people: Person[];
let png: Buffer;
const ended = new Map<string, Task['status']>();
const random = createRandom(seed);
const pick = <One>(of: readonly One[]): One | undefined => of[Math.floor(random() * of.length)];

beforeAll(async () => {
  const signUp = async () => ({ ...(await api.signUp()), gifts: 0, accepted: [], uploads: [], deleted: [] });
  people = [await signUp(), await signUp(), await signUp()];
  png = await createTwoColours(16, 16).png().toBuffer();
});

/** As a careful client does it: again until the platform knows. Nothing but 503 may say that it does not. */
async function insist(path: string, call: () => Call): Promise<Answer> {
  for (;;) {
    const answer = await api.call(path, call());
    if (answer.status === 503) continue;
    expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(500);
    return answer;
  }
}

/** The same for what a dispatcher does. */
async function untilDone<Result>(act: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
  }
}

const openTask = (person: Person) => pick(person.accepted.filter((id) => !ended.has(id)));

async function submit(person: Person): Promise<void> {
  const key = newId();
  const body = { prompt: `a fox ${key}`, steps: 5 };
  const { accessToken: token } = person;
  const call = () => ({ token, body, headers: { 'idempotency-key': key } });
  const answer = await insist('/api/v1/generate/text2img', call);
  expect(answer.status).toBe(202);
  person.accepted.push(answer.body.id);
}

async function cancel(person: Person): Promise<void> {
  const id = openTask(person);
  if (id === undefined) return;
  const answer = await insist(`/api/v1/tasks/${id}`, () => ({ token: person.accessToken, method: 'DELETE' }));
  // A repeat finds it cancelled.
  expect([200, 204, 409]).toContain(answer.status);
  ended.set(id, 'cancelled');
}

/** A dispatcher's whole work on a task: it succeeds, or it fails. */
async function run(person: Person): Promise<void> {
  const id = openTask(person);
  if (id === undefined) return;
  const isSuccess = random() < 0.7;
  const { database } = platform.db;
  const deps = { database, clock: systemClock };
  const backend = await untilDone(() => createOwnedBackend(database));
  const error = { code: 'backend-lost', detail: 'Lost.' } as const;
  const file = { id: newId(), mime: 'image/png' as const, width: 8, height: 8, bytes: 80, durationMs: null };
  const stored = { sha256: 'a'.repeat(64), frames: null, storageKey: `outputs/${id}/a.png` };
  await untilDone(async () => {
    const task = await Task.query(database).findById(id).throwIfNotFound();
    if (isTerminal(task.status)) return;
    if (task.status === 'queued') await assign(database, task, backend);
    const { attempt, backendId } = await Attempt.query(database).findOne({ taskId: id }).throwIfNotFound();
    const { owner, epoch } = await Backend.query(database).findById(backendId).throwIfNotFound();
    const fence = { taskId: id, attempt, backendId, owner: owner ?? '', epoch };
    if (isSuccess) await completeTask(deps, fence, [{ ...file, ...stored }], new Date());
    else await failTask(deps, fence, error, 'lost');
  });
  ended.set(id, isSuccess ? 'succeeded' : 'failed');
}

async function give(person: Person): Promise<void> {
  const to = pick(people.filter((other) => other !== person)) as Person;
  const body = { to: to.user.username, amount: 1 + Math.floor(random() * 50), key: newId() };
  const answer = await insist('/api/v1/users/transfers', () => ({ token: person.accessToken, body }));
  expect(answer.status).toBe(200);
  person.gifts -= body.amount;
  to.gifts += body.amount;
}

async function upload(person: Person): Promise<void> {
  const answer = await insist('/api/v1/assets', () => {
    const body = new FormData();
    body.append('file', new Blob([new Uint8Array(png)]), 'a.png');
    return { token: person.accessToken, body };
  });
  expect(answer.status).toBe(201);
  person.uploads.push(answer.body.id);
}

async function share(person: Person): Promise<void> {
  const id = pick(person.uploads);
  if (id === undefined) return;
  const call = () => ({ token: person.accessToken, body: {} });
  const answer = await insist(`/api/v1/assets/${id}/shares`, call);
  expect(answer.status).toBe(person.deleted.includes(id) ? 404 : 201);
}

async function remove(person: Person): Promise<void> {
  const id = pick(person.uploads.filter((one) => !person.deleted.includes(one)));
  if (id === undefined) return;
  const call = () => ({ token: person.accessToken, method: 'DELETE' });
  const answer = await insist(`/api/v1/assets/${id}`, call);
  expect([204, 404]).toContain(answer.status);
  person.deleted.push(id);
}

const kinds = [submit, submit, submit, cancel, run, run, give, upload, share, remove];

async function requireAsWalked(person: Person): Promise<void> {
  const { database } = platform.db;
  const tasks = await Task.query(database).where({ userId: person.user.id });
  expect(tasks.map(({ id }) => id).toSorted()).toEqual(person.accepted.toSorted());
  let [paid, held] = [0, 0];
  for (const { id, status, cost } of tasks) {
    expect(status).toBe(ended.get(id) ?? 'queued');
    const kindsOf = (await Transfer.query(database).where({ taskId: id })).map(({ kind }) => kind).toSorted();
    const events = (await OutboxEvent.query(database).where({ taskId: id })).map(({ type }) => type);
    const settled = status === 'succeeded' ? 'capture' : 'release';
    expect(kindsOf).toEqual(isTerminal(status) ? [settled, 'hold'].toSorted() : ['hold']);
    const ends = events.filter((type) => /completed|failed|cancelled/.test(type));
    expect([new Set(events).size, ends.length]).toEqual([events.length, isTerminal(status) ? 1 : 0]);
    const outputs = await Asset.query(database).where({ taskId: id }).resultSize();
    expect(outputs).toBe(status === 'succeeded' ? 1 : 0);
    if (status === 'succeeded') paid += cost;
    if (status === 'queued') held += cost;
  }
  const balance = (await api.call('/api/v1/users/balance', { token: person.accessToken })).body;
  expect(balance).toMatchObject({ available: granted + person.gifts - paid - held, held });
  const kept = await Asset.query(database)
    .where({ userId: person.user.id, kind: 'input' })
    .whereNull('deletedAt');
  const ids = new Set(kept.map(({ id }) => id));
  for (const id of person.uploads) expect(ids.has(id)).toBe(!person.deleted.includes(id));
}

test('random moves under killed connections lose nothing and make nothing twice', {
  timeout: 120_000 + moves * 1_000,
}, async () => {
  const killer: Killer = killConnections(createRandom(seed + 1), killedShare);
  try {
    for (let done = 0; done < moves; done += 1) {
      const move = pick(kinds) as (typeof kinds)[number];
      await move(pick(people) as Person);
    }
  } finally {
    killer.stop();
  }
  expect(killer.killed).toBeGreaterThan(moves / 20);
  expect(await checkLedger(platform.db.database)).toMatchObject({ ok: true });
  for (const person of people) await requireAsWalked(person);
  const open = new Set(people.flatMap(({ accepted }) => accepted).filter((id) => !ended.has(id)));
  expect((await Slot.query(platform.db.database)).filter(({ taskId }) => !open.has(taskId))).toEqual([]);
});
