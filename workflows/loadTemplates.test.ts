import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadTemplates } from './loadTemplates.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'templates-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function write(folder: string, name: string, version: number): Promise<void> {
  await mkdir(join(directory, folder), { recursive: true });
  const text = `export const workflow = { name: '${name}', version: ${version}, bind: () => ({}) };\n`;
  await writeFile(join(directory, folder, 'workflow.ts'), text);
}

const load = () => loadTemplates(pathToFileURL(`${directory}/`));

test('finds every version that a folder keeps, the current one last', async () => {
  await write('blur', 'blur', 11);
  await write('blur/earlier/v10', 'blur', 10);
  await write('blur/earlier/v9', 'blur', 9);
  await write('sharpen', 'sharpen', 1);
  const found = (await load()).map(({ name, version }) => `${name} v${version}`);
  expect(found).toEqual(['blur v9', 'blur v10', 'blur v11', 'sharpen v1']);
});

test.each([
  ['that its folder does not name', 'blur/earlier/v1', 'blur', 2],
  ['that is not below the current one', 'blur/earlier/v3', 'blur', 3],
  ['of another workflow', 'blur/earlier/v1', 'sharpen', 1],
])('refuses to start with an earlier version %s', async (_, folder, name, version) => {
  await write('blur', 'blur', 3);
  await write(folder, name, version);
  await expect(load()).rejects.toThrow(/blur\/earlier\/v\d/);
});

test('refuses to start without templates', async () => {
  await expect(loadTemplates(pathToFileURL(join(directory, 'nothing/')))).rejects.toThrow('ENOENT');
});

test('refuses to start when a folder holds a workflow of another name', async () => {
  await write('blur', 'sharpen', 1);
  await expect(load()).rejects.toThrow('blur/workflow.ts must export "workflow", named "blur"');
});
