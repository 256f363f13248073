import { rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDir } from '../launcher/testing/processes.ts';
import { createRunFolder, type Memory } from './runFolder.ts';

const gibibyte = 2 ** 30;

test('a test run keeps its databases in memory only where much of it is free', async () => {
  const folder = createTestDir();
  const roomy: Memory = {
    folder,
    availableBytes: 8 * gibibyte,
    readSpace: async () => ({ bavail: gibibyte, bsize: 4 }),
  };
  const findParent = async (given: Partial<Memory>) => {
    const made = await createRunFolder({ ...roomy, ...given });
    onTestFinished(() => rmSync(made, { recursive: true }));
    return dirname(made);
  };
  expect(await findParent({})).toBe(folder);
  expect(await findParent({ availableBytes: 8 * gibibyte - 1 })).toBe(tmpdir());
  // As a container has it by default.
  expect(await findParent({ readSpace: async () => ({ bavail: 16_384, bsize: 4096 }) })).toBe(tmpdir());
  expect(await findParent({ folder: join(folder, 'missing'), readSpace: statfs })).toBe(tmpdir());
});
