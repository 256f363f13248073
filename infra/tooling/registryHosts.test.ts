import { expect, test } from 'vitest';
import { readSourceFiles } from './sourceFiles.ts';

test('no file names the host of a package registry', () => {
  const hosts = [
    ['npmjs', 'org'],
    ['npmjs', 'com'],
    ['yarnpkg', 'com'],
    ['deb', 'debian', 'org'],
    ['docker', 'io'],
    ['ghcr', 'io'],
    ['gcr', 'io'],
    ['quay', 'io'],
  ];
  const named = new RegExp(`\\b(${hosts.map((parts) => parts.join('\\.')).join('|')})\\b`, 'i');
  const faults = readSourceFiles(
    /\.(ts|tsx|mjs|json|ya?ml|md|sh|html|css|toml|conf)$|(^|\/)(\.[\w.]+|Dockerfile[\w.]*|run)$/,
  )
    .filter(({ text }) => named.test(text))
    .map(({ path }) => path);
  expect(faults).toEqual([]);
});
