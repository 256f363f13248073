import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problemCodes, problems } from '@star-graph/workflows/shared/problems';
import { expect, test } from 'vitest';

const pages = join(import.meta.dirname, '../../infra/docs/problems');

test('every problem has a page, and every page a problem', async () => {
  const files = (await readdir(pages)).filter((name) => name !== 'README.md');
  expect(files.sort()).toEqual(problemCodes.map((code) => `${code}.md`).sort());
});

test('the list of pages is what the problems say', async () => {
  const file = join(pages, 'README.md');
  const [introduction = ''] = (await readFile(file, 'utf8')).split('\n| Code |');
  const rows = problemCodes.map(
    (code) => `| [${code}](${code}.md) | ${problems[code].status} | ${problems[code].title} |\n`,
  );
  const table = `| Code | Status | Title |\n|---|---|---|\n${rows.join('')}`;
  await expect(`${introduction}\n${table}`).toMatchFileSnapshot(file);
});

test.each(problemCodes)('the page of %s has title, status, what happened, what to do', async (code) => {
  const page = await readFile(join(pages, `${code}.md`), 'utf8');
  expect(page).toMatch(new RegExp(`^# ${code}\n`));
  expect(page).toContain(problems[code].title);
  expect(page).toContain(`| HTTP status | ${problems[code].status} |`);
  expect(page).toContain(
    `| The same request may succeed later | ${problems[code].retryable ? 'yes' : 'no'} |`,
  );
  for (const heading of ['## What happened', '## What to do'])
    expect(page.split(`${heading}\n`)[1]?.trim().length ?? 0).toBeGreaterThan(40);
});
