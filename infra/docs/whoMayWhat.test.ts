import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { callerKinds, type Right, whoMay } from '@star-graph/contract/whoMay';
import { expect, test } from 'vitest';

const page = './who-may-what.md';
const tableHead = `| operation | | ${callerKinds.join(' | ')} |\n|---|---|${'---|'.repeat(callerKinds.length)}\n`;
const cells: Record<Right, string> = { yes: 'yes', no: '–', 'as their person': 'as person' };

const specs = Object.entries(routes as Record<string, RouteSpec>);
const rightsOf = (spec: RouteSpec) => callerKinds.map((kind) => cells[whoMay(spec, kind)]);

// The table is reviewed where it changes: a right that is given shows in the diff of the page.
test('the page of rights names every operation and every caller', async () => {
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const rows = specs.map(
    ([id, spec]) =>
      `| \`${id}\` | \`${spec.method.toUpperCase()} ${spec.path}\` | ${rightsOf(spec).join(' | ')} |\n`,
  );
  const [prose = ''] = text.split(tableHead);
  await expect(`${prose}${tableHead}${rows.join('')}`).toMatchFileSnapshot(page);
});

// Each right of the page is tried at a running API (`everyOperation`), so what shows here is refused there.
test('no operation loses the presence of its person without a change of the page', () => {
  const present = specs.filter(([, { needsPresence }]) => needsPresence);
  expect(present.length).toBeGreaterThan(20);
  const silent = present.filter(([, spec]) => {
    const { needsPresence: _taken, ...without } = spec;
    return String(rightsOf(without)) === String(rightsOf(spec));
  });
  expect(silent.map(([id]) => id)).toEqual([]);
});
