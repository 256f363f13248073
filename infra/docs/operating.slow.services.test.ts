import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { dispatcherEnvSchema } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createProcessRegistry } from '../launcher/processes/processRegistry.ts';
import { supervise } from '../launcher/processes/supervisor.ts';
import { describeMariadb } from '../launcher/services/mariadb.ts';
import { requirePrograms } from '../launcher/services/requirePrograms.ts';
import { listSearchDirs } from '../launcher/services/tools.ts';
import { findExample, runShell } from './examples.ts';

const minuteMs = 60_000;
const old = 2_900;
const young = 2_800;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operating-'));
  await mkdir(join(folder, 'input/sub'), { recursive: true });
  await mkdir(join(folder, 'output/star-graph'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function put(path: string, minutes: { written: number; read: number }): Promise<string> {
  await writeFile(join(folder, path), 'x');
  const before = (age: number) => new Date(Date.now() - age * minuteMs);
  await utimes(join(folder, path), before(minutes.read), before(minutes.written));
  return path;
}

test('the commands for a GPU server remove only our old files', async () => {
  const name = (digit: string) => `${digit.repeat(64)}.png`;
  await put(`input/${name('a')}`, { written: old, read: old });
  await put(`output/star-graph/${newId()}-1_00001_.png`, { written: old, read: young });
  const kept = [
    await put(`input/${name('b')}`, { written: young, read: young }),
    // Sent again: compared with what came, and left as it is.
    await put(`input/${name('c')}`, { written: old, read: young }),
    await put(`input/sub/${name('d')}`, { written: old, read: old }),
    await put('input/photo.png', { written: old, read: old }),
    await put(`output/${name('e')}`, { written: old, read: old }),
    await put(`output/star-graph/${newId()}-1_00001_.png`, { written: young, read: young }),
  ];
  const commands = await findExample('operating.md', 'sh', 'find ');
  await using run = runShell(commands.replaceAll('/path/to/ComfyUI', folder), {});
  expect([await run.ended, run.text()]).toEqual([0, '']);
  const left = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = left
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  expect(files.toSorted()).toEqual(kept.toSorted());
});

test('the settings for shared folders are those of the dispatcher', async () => {
  const values = parseEnv(await findExample('operating.md', 'sh', 'COMFYUI_INPUT_DIRS'));
  const required = { DATABASE_URL: 'mysql://localhost/x', REDIS_URL: 'redis://localhost' };
  const parsed = dispatcherEnvSchema.strict().parse({ ...required, ...values });
  expect(parsed).toMatchObject({
    COMFYUI_INPUT_DIRS: ['/path/to/ComfyUI/input'],
    COMFYUI_OUTPUT_DIRS: ['/path/to/ComfyUI/output'],
    COMFYUI_FILES_HOURS: 48,
  });
});

test('the private database is copied and restored as documented', async () => {
  const environment = { searchDirs: listSearchDirs(process.env.PATH), isRoot: process.getuid?.() === 0 };
  const programs = await requirePrograms({ environment, note: () => undefined }, ['mariadb']);
  const dir = join(folder, '.data');
  const spec = describeMariadb({
    programFiles: programs.mariadb.files,
    dir,
    logFile: join(dir, 'mariadb.log'),
    port: await findFreePort(),
    user: 'star_graph',
    password: 'secret',
    grant: { database: 'star_graph' },
    options: [],
  });
  const registry = createProcessRegistry(join(dir, 'run'));
  const server = await supervise({ clock: systemClock, registry, report: () => undefined }, spec);
  await using parts = new AsyncDisposableStack();
  parts.defer(() => server.stop());
  const runHere = async (code: string) => {
    await using run = runShell(code, {}, folder);
    return [await run.ended, run.text()] as const;
  };
  const client = 'mariadb --no-defaults --socket=.data/mariadb.sock star_graph';
  await writeFile(join(folder, 'star-graph.sql'), 'CREATE TABLE kept (n INT); INSERT INTO kept VALUES (42);');
  const [code] = await runHere(await findExample('operating.md', 'sh', 'mariadb --no-defaults'));
  expect(code).toBe(0);
  expect((await runHere(`${client} -Ne 'SELECT n FROM kept'`))[1]).toContain('42');
  // The dump comes with another package, which CI's machine may lack.
  if ((await runHere('command -v mariadb-dump'))[0] !== 0) return;
  const dumped = await runHere(await findExample('operating.md', 'sh', 'mariadb-dump'));
  expect(dumped[0]).toBe(0);
  expect(await readFile(join(folder, 'star-graph.sql'), 'utf8')).toContain('CREATE TABLE `kept`');
});
