import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { currentBuiltins } from '@star-graph/workflows';
import { exampleInputs } from '@star-graph/workflows/params/inputFacts';
import { expect, test } from 'vitest';

const page = './costs.md';
const tableHead = '| workflow | GPU-seconds | credits |\n|---|---|---|\n';
const picture = { width: 1_024, height: 1_024, mime: 'image/png' };

test('the page of costs has the estimates of the workflows', async () => {
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const rows = currentBuiltins.map((workflow) => {
    const images = exampleInputs(workflow, picture);
    const seconds = workflow.estimateSeconds(workflow.example, images);
    return `| ${workflow.name} | ${seconds.toFixed(1)} | ${workflow.price(workflow.example, images)} |\n`;
  });
  const [prose = ''] = text.split(tableHead);
  await expect(`${prose}${tableHead}${rows.join('')}`).toMatchFileSnapshot(page);
});

test('the queries on the page of costs run as written', async () => {
  await using db = await createTestDatabase();
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const queries = [...text.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = '']) => sql);
  expect(queries).toHaveLength(3);
  for (const sql of queries) await db.database.raw(sql.trim().replace(/;$/, ''));
});
