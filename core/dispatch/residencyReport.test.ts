import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Backend } from '../db/models/backend.ts';
import { newId } from '../ids.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { eventually, silentLogger } from '../testing/dispatch.ts';
import { createOwnedBackend } from '../testing/factories.ts';
import { createResidencyReport } from './residencyReport.ts';

const owner = newId();
let test: TestDatabase;
let backendId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test?.[Symbol.asyncDispose]());
beforeEach(async () => {
  backendId = (await createOwnedBackend(test.database, owner)).id;
});

const createReport = (epoch = 1) =>
  createResidencyReport({ database: test.database, logger: silentLogger }, owner, { backendId, epoch });
const findResidency = async () => (await Backend.query(test.database).findById(backendId))?.residency;

it('tells what a graph had to load by what the one before it left loaded', () => {
  const report = createReport();
  // A server that was restarted while nobody owned it has nothing.
  expect(report(['checkpoints/a'])).toBeUndefined();
  expect(report(['checkpoints/a'])).toBe(0);
  expect(report(['checkpoints/a', 'loras/x'])).toBe(1);
  expect(report(['upscale_models/u'])).toBe(0.5);
  expect(report(['loras/x', 'checkpoints/a'])).toBe(11);
});

it('saves what is loaded for the planner, and nothing of an owner that lost the backend', async () => {
  const report = createReport();
  report(['loras/x', 'checkpoints/a']);
  await eventually(async () => expect(await findResidency()).toEqual(['checkpoints/a', 'loras/x']));
  const patched: unknown[] = [];
  test.database.on('query-response', (_answer, { sql }: { sql: string }) => {
    if (sql.startsWith('update `backends`')) patched.push(sql);
  });
  createReport(0)(['checkpoints/b']);
  await eventually(async () => expect(patched).toHaveLength(1));
  expect(await findResidency()).toEqual(['checkpoints/a', 'loras/x']);
});
