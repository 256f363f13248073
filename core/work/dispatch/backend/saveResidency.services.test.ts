import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { ComfyFault } from '../../../comfy/comfy.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createOwnedBackend } from '../../../testing/db/factories.ts';
import { eventually, silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createResidencyRecord } from './saveResidency.ts';

const owner = newId();
const db = databaseFixture();
let backendId: string;

beforeEach(async () => {
  backendId = (await createOwnedBackend(db.database, owner)).id;
});

const createReport = (epoch = 1, values: Partial<Parameters<typeof createResidencyRecord>[0]> = {}) =>
  createResidencyRecord(
    {
      database: db.database,
      logger: silentLogger,
      catalogue: { modelBytes: async () => new Map() },
      probe: { keptModelBytes: 0 },
      meter: { noteSwap: () => undefined },
      ...values,
    },
    owner,
    { backendId, epoch },
  );
const findResidency = async () => (await Backend.query(db.database).findById(backendId))?.residency;
const promptId = randomUUID();

/** A server that knows these prompts. */
const serverOf = (...known: string[]) => ({
  history: async (id: string) =>
    known.includes(id) ? { promptId: id, result: { kind: 'succeeded' } as const, outputs: [] } : undefined,
  locate: async (id: string) => (known.includes(id) ? ('finished' as const) : ('absent' as const)),
});

test("a graph's load counts the models that the last one left out", () => {
  const report = createReport();
  const load = (...models: string[]) => report.noteStarted(promptId, models);
  // A server that was restarted without an owner has nothing loaded.
  expect(load('checkpoints/a')).toBeUndefined();
  expect(load('checkpoints/a')).toBe(0);
  expect(load('checkpoints/a', 'loras/x')).toBe(1);
  expect(load('upscale_models/u')).toBe(0.5);
  expect(load('loras/x', 'checkpoints/a')).toBe(11);
});

test('a load counts the bytes of what is not loaded or kept', async () => {
  const sizes = { 'checkpoints/a': 6e9, 'checkpoints/b': 3e9, 'vae/v': 0.6e9 };
  const catalogue = { modelBytes: async () => new Map(Object.entries(sizes)) };
  const keeping = createReport(1, { catalogue, probe: { keptModelBytes: 9.5e9 } });
  await keeping.verify(serverOf());
  const load = (...models: string[]) => keeping.noteStarted(promptId, models);
  load('checkpoints/a');
  expect(load('checkpoints/b')).toBe(5);
  expect(load('checkpoints/a')).toBe(0);
  expect(load('vae/v', 'checkpoints/a')).toBe(1);
  // There is no room for all three.
  expect(load('checkpoints/b')).toBe(5);
});

test('loaded models are saved unless the owner lost the backend', async () => {
  const answered: string[] = [];
  // Those of this backend alone: the test before saves too, and waits for no answer.
  const noteAnswer = (_answer: unknown, { sql, bindings }: { sql: string; bindings: unknown[] }) => {
    if (sql.startsWith('update `backends`') && bindings.includes(backendId)) answered.push(sql);
  };
  db.database.on('query-response', noteAnswer);
  createReport().noteStarted(promptId, ['loras/x', 'checkpoints/a']);
  // The row may be read before the answer to the update has come.
  await eventually(async () => expect(answered).toHaveLength(1));
  expect(await findResidency()).toEqual(['checkpoints/a', 'loras/x']);
  createReport(0).noteStarted(promptId, ['checkpoints/b']);
  await eventually(async () => expect(answered).toHaveLength(2));
  db.database.off('query-response', noteAnswer);
  expect(await findResidency()).toEqual(['checkpoints/a', 'loras/x']);
});

test('loaded models are forgotten when the server does not know their prompt', async () => {
  const first = createReport();
  first.noteStarted(promptId, ['checkpoints/a']);
  await eventually(async () => expect(await findResidency()).toEqual(['checkpoints/a']));
  await first.verify(serverOf(promptId));
  expect(await findResidency()).toEqual(['checkpoints/a']);
  // The next owner knows the prompt from the row.
  const second = createReport();
  await second.verify(serverOf());
  expect(await findResidency()).toBeNull();
  expect(second.noteStarted(promptId, ['checkpoints/a'])).toBeUndefined();
  await eventually(async () => expect(await findResidency()).toEqual(['checkpoints/a']));
});

test('loaded models stand while a prompt runs or the server is silent', async () => {
  const report = createReport();
  report.noteStarted(promptId, ['checkpoints/a']);
  await eventually(async () => expect(await findResidency()).toEqual(['checkpoints/a']));
  await report.verify({ history: async () => undefined, locate: async () => 'running' });
  const away = async () => {
    throw new ComfyFault('unreachable', '/history');
  };
  await report.verify({ history: away, locate: away });
  expect(await findResidency()).toEqual(['checkpoints/a']);
});

test('models that load while the row is read are kept', async () => {
  const [earlier, later] = [randomUUID(), randomUUID()];
  createReport().noteStarted(earlier, ['checkpoints/a']);
  await eventually(async () => expect(await findResidency()).toEqual(['checkpoints/a']));
  const next = createReport();
  // The row was read, and the caller does not have it yet.
  db.database.once('query-response', () => void next.noteStarted(later, ['checkpoints/a']));
  await next.verify(serverOf(later));
  expect(next.noteStarted(later, ['checkpoints/a'])).toBe(0);
});
