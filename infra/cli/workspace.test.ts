import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { adviseOnNode } from './workspace.mjs';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const least = Number(/^>=(\d+)$/.exec(JSON.parse(read('package.json')).engines.node)?.[1]);

test('who has a Node without corrections is told which one runs instead, and nobody else is', () => {
  expect(adviseOnNode('20.20.2')).toMatch(
    /^This machine has Node 20\.20\.2, .* Node 24 .* Node 22 or newer\.$/,
  );
  expect(adviseOnNode(`${least - 1}.7.3`)).toBeDefined();
  for (const version of [`${least}.0.0`, '24.21.0', '26.13.0'])
    expect(adviseOnNode(version), version).toBeUndefined();
});

test.each([
  ['README.md', 'Node 22 or newer'],
  ['infra/cli/bootstrap.mjs', 'Node 22 or newer'],
  ['infra/docs/index.md', 'Node 22 or newer'],
  ['infra/docs/zh/index.md', 'Node 22 或更新版本'],
  ['infra/docs/launcher.md', 'Node 22 or newer'],
  ['infra/docs/containers.md', 'Node 22 or newer'],
  ['infra/docs/upgrades.md', 'Node 22 or newer'],
  ['infra/docs/what-was-run.md', 'Node 22 or newer'],
])('%s says which Node is needed, as package.json does', (path, words) => {
  expect(words).toContain(`Node ${least} `);
  expect(read(path)).toContain(words);
});

test('images, compose and CI are of one Node', () => {
  const files = [
    'infra/deploy/containers/Dockerfile',
    'infra/deploy/compose/compose.yml',
    'infra/deploy/compose/compose.preview.yml',
    'infra/docs/containers.md',
    '.gitlab-ci.yml',
    '.github/workflows/test.yml',
    '.github/workflows/nightly.yml',
  ];
  const named = files.map((path) => [...new Set(read(path).match(/node:\d+(?=-trixie)/g))]);
  expect(named).toEqual(files.map(() => ['node:26']));
});

test('the images bring in what Node is linked with before they run it', () => {
  const stages = read('infra/deploy/containers/Dockerfile').split(/^FROM /m);
  const named = stages.filter((stage) => /^\$\{BASE\} /.test(stage));
  expect(named).toHaveLength(1);
  expect(named[0]).toMatch(/^\S+ AS node\nRUN apt-get update && apt-get install .*\blibatomic1$/m);
});
