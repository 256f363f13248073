import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workflow } from '@star-graph/workflows';
import { currentBuiltins } from '@star-graph/workflows';
import { isOldEnough, newerObjectInfo, preprocessors } from '@star-graph/workflows/testing/testObjectInfo';
import { expect, test } from 'vitest';
import { readSourceFiles } from '../tooling/sourceFiles.ts';

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

/** Of all rooms of the documentation and of what is deployed. A translation says what its page says. */
const pages = readSourceFiles(/^infra\/(?:docs\/(?!zh\/|problems\/).*|deploy\/.*)\.md$/);
/** Something that a reader copies and runs. */
const command = /^```(?:sh|bash|sql|promql|logql)$|^```\nnpm run /m;

test('every page with commands says first what was run of them and what was not', () => {
  const wanting = pages.filter(({ path, text }) => {
    // How this page's pictures are taken again is for who writes here.
    const shown = text.replaceAll(/^```sh\nIMAGES_DIR=.*?^```$/gms, '');
    return command.test(shown) || path.startsWith('infra/docs/doors/');
  });
  expect(wanting.length).toBeGreaterThan(60);
  const silent = wanting.filter(({ text }) => {
    const [beginning = ''] = text.split(/^## /m);
    return !/^\*(?:Run|Not run|Never run)|run (?:by a test|as tests)/m.test(beginning);
  });
  expect(silent.map(({ path }) => path)).toEqual([]);
});
