import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { sampleManifest } from '@star-graph/workflows/testing/sampleManifest';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AuditRecord, WorkflowRecord } from '../../ground/db/models/operation.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { eventually } from '../../testing/eventually.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock, type ManualClock } from '../../testing/manualClock.ts';
import { type Catalogue, createCatalogue } from '../catalogue/catalogue.ts';
import { activateVersion } from './storeWorkflow.ts';
import { watchWorkflowFolder } from './workflowFolder.ts';

const db = databaseFixture();
let directory: string;
let clock: ManualClock;
let stop: (() => Promise<void>) | undefined;
let catalogue: Catalogue;
const warn = vi.fn();

beforeEach(async () => {
  await WorkflowRecord.query(db.database).delete();
  directory = await mkdtemp(join(tmpdir(), 'star-graph-workflows-'));
  clock = createManualClock();
  catalogue = createCatalogue({ database: db.database, workflows: builtinWorkflows, clock });
  warn.mockClear();
});
afterEach(async () => {
  const stopping = stop?.();
  stop = undefined;
  await stopping;
  await rm(directory, { recursive: true, force: true });
});

const rules = { builtinNames: new Set(builtinWorkflows.map(({ name }) => name)) };

async function watch(): Promise<void> {
  const deps = {
    database: db.database,
    clock,
    logger: { warn, info: vi.fn() },
    onAdded: () => catalogue.refresh(),
  };
  ({ stop } = await watchWorkflowFolder(deps, rules, directory));
}

async function writeWorkflow(folder: string, manifest: object): Promise<void> {
  const { graph, ...document } = { ...sampleManifest(), ...manifest };
  await mkdir(join(directory, folder), { recursive: true });
  await writeFile(join(directory, folder, 'graph.json'), JSON.stringify(graph));
  await writeFile(join(directory, folder, 'manifest.json'), JSON.stringify(document));
}

const offered = async (): Promise<string[]> =>
  (await catalogue.listOffered())
    .filter(({ name }) => !rules.builtinNames.has(name))
    .map(({ name, version }) => `${name}@${version}`);

/** Lets the watcher read again until `check` holds. */
const lookedUntil = (check: () => void | Promise<void>) =>
  eventually(async () => {
    await clock.advance(2_000);
    await check();
  });

test('workflows in the folder are offered from the start and when added', async () => {
  await writeWorkflow('watercolour', { version: 1 });
  await watch();
  expect(await offered()).toEqual(['watercolour@1']);
  await writeWorkflow('second', { name: 'second', version: 7 });
  await lookedUntil(async () => expect(await offered()).toEqual(['second@7', 'watercolour@1']));
  const acts = await AuditRecord.query(db.database).where({ target: 'workflow:second@7' });
  expect(acts).toMatchObject([{ action: 'workflow.create', actorId: null }]);
});

test('a folder with a new version offers it, and keeps the old', async () => {
  await writeWorkflow('watercolour', { version: 1 });
  await watch();
  await writeWorkflow('watercolour', {
    version: 2,
    description: { en: 'Paints better.', 'zh-CN': '更好。' },
  });
  await lookedUntil(async () => expect(await offered()).toEqual(['watercolour@2']));
  const other = createCatalogue({ database: db.database, workflows: builtinWorkflows, clock });
  expect(await other.requireWorkflow('watercolour', 1)).toMatchObject({ version: 1 });
  expect(await other.requireWorkflow('watercolour')).toMatchObject({ version: 2 });
});

test('a changed version without a new number is refused and logged', async () => {
  await writeWorkflow('watercolour', { version: 1 });
  await watch();
  await writeWorkflow('watercolour', { version: 1, title: { en: 'Another', 'zh-CN': '另一个' } });
  await lookedUntil(() => expect(warn).toHaveBeenCalled());
  expect(warn.mock.calls[0]?.[0].errors).toMatchObject([{ pointer: '/version' }]);
  expect(await catalogue.requireWorkflow('watercolour')).toMatchObject({ title: { en: 'Watercolour' } });
});

test.each([
  ['a file that is no JSON', 'manifest.json', '{'],
  ['a UI export', 'graph.json', '{"nodes":[],"links":[]}'],
])('a folder with %s is logged, and the others are stored', async (_what, file, text) => {
  await writeWorkflow('broken', { name: 'broken' });
  await writeFile(join(directory, 'broken', file), text);
  await writeWorkflow('watercolour', { version: 1 });
  await mkdir(join(directory, 'empty'));
  await watch();
  expect(await offered()).toEqual(['watercolour@1']);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]?.[0]).toMatchObject({ folder: join(directory, 'broken') });
});

test('a missing folder is logged, and read once it exists', async () => {
  await rm(directory, { recursive: true });
  await watch();
  expect(warn).toHaveBeenCalledTimes(1);
  await writeWorkflow('watercolour', { version: 1 });
  await lookedUntil(async () => expect(await offered()).toEqual(['watercolour@1']));
});

test('a deactivated version stays so after a restart', async () => {
  await writeWorkflow('watercolour', { version: 1 });
  await watch();
  const user = '01900000-0000-7000-8000-000000000000';
  await activateVersion(
    { database: db.database, clock: systemClock },
    { id: user, serviceKey: null },
    {
      name: 'watercolour',
      version: 1,
      active: false,
    },
  );
  await stop?.();
  await watch();
  await catalogue.refresh();
  expect(await offered()).toEqual([]);
});
