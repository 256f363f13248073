import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { callerKinds, type Right, whoMay } from '@star-graph/contract/whoMay';
import { expect, test } from 'vitest';

const page = './who-may-what.md';
const tableHead = `| operation | | ${callerKinds.join(' | ')} |\n|---|---|${'---|'.repeat(callerKinds.length)}\n`;
const cells: Record<Right, string> = { yes: 'yes', no: '–', 'as their person': 'as person' };

// The table is reviewed where it changes: a right that is given shows in the diff of the page.
test('the page of rights names every operation and every caller', async () => {
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const rows = Object.entries(routes as Record<string, RouteSpec>).map(([id, spec]) => {
    const rights = callerKinds.map((kind) => cells[whoMay(spec, kind)]);
    return `| \`${id}\` | \`${spec.method.toUpperCase()} ${spec.path}\` | ${rights.join(' | ')} |\n`;
  });
  const [prose = ''] = text.split(tableHead);
  await expect(`${prose}${tableHead}${rows.join('')}`).toMatchFileSnapshot(page);
});
