import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { expect, test } from 'vitest';

const page = './service-keys.md';
const tableHead = '| operation | | what it does |\n|---|---|---|\n';

// The table is reviewed where it changes: an operation that is opened shows in the diff of the page.
test('the page on service keys names every operation for delegates', async () => {
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const rows = Object.entries(routes as Record<string, RouteSpec>)
    .filter(([, { forDelegates }]) => forDelegates)
    .map(([id, { method, path, auth, summary }]) => {
      const whom = auth === 'admin' ? ' (administrators)' : auth === 'moderator' ? ' (moderators)' : '';
      return `| \`${id}\` | \`${method.toUpperCase()} ${path}\` | ${summary}${whom} |\n`;
    });
  const [prose = ''] = text.split(tableHead);
  await expect(`${prose}${tableHead}${rows.join('')}`).toMatchFileSnapshot(page);
});
