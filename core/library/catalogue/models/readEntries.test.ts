import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFolderEntries } from './readEntries.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-models-'));
});
afterEach(() => rm(directory, { recursive: true }));
const write = (file: string, text: string) => writeFile(join(directory, file), text);

test('a fault is told with file, line and pointer, and other files are read', async () => {
  await write('a.yaml', 'model: vae/a.pt\nhidden: true\n');
  await write('b.yaml', '- model: vae/b.pt\n- model: vae/c.pt\n  pricePercent: 5000\n');
  await write('c.yaml', 'model: nowhere\nsample: ../secret.png\n');
  await write('d.yaml', 'model: [\n');
  await write('notes.txt', 'not read');
  const { entries, faults } = await readFolderEntries(directory);
  expect(entries.map(({ model }) => model)).toEqual(['vae/a.pt']);
  expect(
    faults.map(({ file, places }) => [file, places[0]?.line, places.map(({ pointer }) => pointer)]),
  ).toEqual([
    ['b.yaml', 3, ['/1/pricePercent']],
    ['c.yaml', 2, ['/sample', '/model']],
    ['d.yaml', 2, expect.anything()],
  ]);
});

test('of two entries of a model the first counts, and the second is told', async () => {
  await write('a.yaml', 'model: vae/a.pt\npricePercent: 150\n');
  await write('b.yaml', 'model: vae/a.pt\npricePercent: 10\n');
  const { entries, faults } = await readFolderEntries(directory);
  expect(entries).toMatchObject([{ fields: { pricePercent: 150 } }]);
  expect(faults).toMatchObject([
    { file: 'b.yaml', places: [{ message: expect.stringContaining('a.yaml') }] },
  ]);
});

test('aliases that grow without end are a fault of their file', async () => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe'].map((pair) => pair.split('')))
    lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
  await write('a.yaml', `${lines.join('\n')}\n`);
  const { entries, faults } = await readFolderEntries(directory);
  expect([entries, faults.map(({ file }) => file)]).toEqual([[], ['a.yaml']]);
});
