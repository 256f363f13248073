import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { dispatcherEnvSchema } from '@star-graph/core/config';
import { newId } from '@star-graph/core/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findExample, runShell } from './testing/examples.ts';

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

test('the commands for a GPU server remove what is old and ours, and nothing else', async () => {
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
