import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TaskMove, taskMoves } from '@star-graph/core/ground/db/models/taskMoves';
import { expect, test } from 'vitest';

const page = './task-moves.md';
const tableHead = '| move | from | to | fence | slot | settlement | event |\n|---|---|---|---|---|---|---|\n';

const listed = (words: readonly string[] | null): string =>
  words?.map((word) => `\`${word}\``).join(', ') ?? '–';

test('the page of moves names every move of a task', async () => {
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const rows = Object.entries<TaskMove>(taskMoves).map(
    ([name, { from, to, fence, slot, settlement, event }]) =>
      `| ${name} | ${listed(from)} | \`${to}\` | ${fence ?? '–'} | ${slot ?? '–'} | ${listed(settlement)} | ${listed(event && [event])} |\n`,
  );
  const [prose = ''] = text.split(tableHead);
  await expect(`${prose}${tableHead}${rows.join('')}`).toMatchFileSnapshot(page);
});
