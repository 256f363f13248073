import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '@star-graph/workflows';
import { currentBuiltins } from '@star-graph/workflows';
import { isOldEnough, newerObjectInfo, preprocessors } from '@star-graph/workflows/testing/testObjectInfo';
import { expect, test } from 'vitest';

const page = './what-was-run.md';
const tableHead = '| workflow | definitions | preview backend | GPU |\n|---|---|---|---|\n';

function sourcesOf(workflow: Workflow): string {
  const classes = workflow.nodeClasses();
  const isOld = isOldEnough(classes, workflow.models(workflow.example));
  const written = classes.filter(
    (name) => Object.hasOwn(preprocessors, name) || !(isOld || Object.hasOwn(newerObjectInfo, name)),
  );
  const names = written.map((name) => `\`${name}\``).join(', ');
  const release = isOld ? '0.3.64' : '0.33.0';
  return names === '' ? `${release}, recorded` : `${release}, recorded; ${names} written down`;
}

test('the page has every shipped workflow, and what its graph was checked against', async () => {
  const text = await readFile(join(import.meta.dirname, page), 'utf8');
  const rows = currentBuiltins.map(
    (workflow) => `| ${workflow.name} | ${sourcesOf(workflow)} | run | not run |\n`,
  );
  const [prose = ''] = text.split(tableHead);
  await expect(`${prose}${tableHead}${rows.join('')}`).toMatchFileSnapshot(page);
});

test('every page with commands says first what was run of them and what was not', () => {
  const pages = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.md'))
    // Of many short pages the first one says it for all.
    .concat(['doors/README.md', 'runbooks/README.md']);
  const silent = pages.filter((name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    const [beginning = ''] = text.split(/^## /m);
    // How this page's pictures are taken again is for who writes here.
    const commands =
      name.includes('/') || text.replaceAll(/^```sh\nIMAGES_DIR=.*?^```$/gms, '').includes('```sh');
    return commands && !/\*(Run|Not run|Never run)|run (by a test|as tests)/.test(beginning);
  });
  expect(silent).toEqual([]);
});
