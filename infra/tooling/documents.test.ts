import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readSourceFiles } from './sourceFiles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
// The page of guarantees follows the test files that it links to only in `npm run test:all`.
const documents = readSourceFiles(/(?<!\/guarantees)\.md$/);

/** The anchors that a page's headings have on GitHub. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );

test('every link between documents leads somewhere', () => {
  const broken = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, target = '', anchor]) => {
      const file = target === '' ? path : relative(root, join(root, dirname(path), target));
      if (!existsSync(join(root, file))) return [`${path}: ${link}`];
      const page = documents.find((document) => document.path === file);
      return anchor === undefined || anchorsOf(page?.text ?? '').includes(anchor) ? [] : [`${path}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

test('every npm script that a document names exists', () => {
  const [manifest] = readSourceFiles(/^package\.json$/);
  const { scripts } = JSON.parse(manifest?.text ?? '{}');
  const missing = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm (?:run (?:-s )?)?(start|test|(?<=run (?:-s )?)[\w:]+[\w:-]*)/g)]
      .filter(([, script = '']) => !(script in scripts))
      .map(([command]) => `${path}: ${command}`),
  );
  expect(missing).toEqual([]);
});

test('no document has a program in TypeScript run by the Node of the machine, which may be 20', () => {
  const wrong = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/^```sh\n.*?^```$/gms)]
      .flatMap(([block]) => [...block.matchAll(/(?<!npx )\bnode +(?:--[\w-]+ +)*[\w./-]+\.ts\b/g)])
      .map(([command]) => `${path}: ${command}`),
  );
  expect(wrong).toEqual([]);
});

test('the front page and its neighbours are reached from the README', () => {
  const [readme] = readSourceFiles(/^README\.md$/);
  for (const page of [
    'infra/docs/launcher.md',
    'infra/docs/events.md',
    'infra/docs/problems/README.md',
    'CONTRIBUTING.md',
  ]) {
    expect(readme?.text).toContain(`](${page})`);
  }
});
