import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problemCodes, problemFacts } from '@star-graph/core/errors';
import { expect, test } from 'vitest';
import { problemCodeSchema } from '../contract/problems.ts';
import { problemStatus } from './problemStatus.ts';

const pages = join(import.meta.dirname, '../../infra/docs/problems');

test('core and the contract know the same problems', () => {
  expect([...problemCodeSchema.options].sort()).toEqual([...problemCodes].sort());
});

test('every problem has a page, and every page a problem', async () => {
  const files = (await readdir(pages)).filter((name) => name !== 'README.md');
  expect(files.sort()).toEqual(problemCodes.map((code) => `${code}.md`).sort());
});

test.each(problemCodes)(
  'the page of %s says its title, its status, what happened and what to do',
  async (code) => {
    const page = await readFile(join(pages, `${code}.md`), 'utf8');
    expect(page).toMatch(new RegExp(`^# ${code}\n`));
    expect(page).toContain(problemFacts[code].title);
    expect(page).toContain(`| HTTP status | ${problemStatus[code]} |`);
    expect(page).toContain(
      `| The same request may succeed later | ${problemFacts[code].retryable ? 'yes' : 'no'} |`,
    );
    for (const heading of ['## What happened', '## What to do'])
      expect(page.split(`${heading}\n`)[1]?.trim().length ?? 0).toBeGreaterThan(40);
  },
);
