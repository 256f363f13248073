import { expect, test } from 'vitest';
import { listImports, packageOf, readSourceFiles, resolveImport } from './sourceFiles.ts';

const fileOf = (text: string, path = 'core/work/tasks/submit.ts') => ({ path, text });

test('sees every way a module can name another', () => {
  const text = `import a from 'one';
import type { B } from "two";
import {
  c,
  d,
} from './three.ts';
import 'four';
export { e } from 'five';
export * from 'six';
const later = await import('seven');
const text = 'import x from "none"';
const name = 'none';
`;
  expect(listImports(fileOf(text))).toEqual(['one', 'two', './three.ts', 'five', 'six', 'four', 'seven']);
});

test('resolves imports to places in the project', () => {
  const file = fileOf('');
  expect(resolveImport(file, '../../ground/runtime/clock.ts')).toBe('core/ground/runtime/clock.ts');
  expect(resolveImport(file, '../../../infra/cli/start.ts')).toBe('infra/cli/start.ts');
  expect(resolveImport(file, '@star-graph/client/client')).toBe('api/client/client.ts');
  expect(resolveImport(file, '@star-graph/workflows')).toBe('workflows/index.ts');
  expect(resolveImport(file, '@star-graph/preview-backend/json')).toBe('infra/preview-backend/json.ts');
  expect(resolveImport(file, 'zod')).toBeUndefined();
});

test('knows the package of a path', () => {
  expect(packageOf('core/ground/runtime/clock.ts')).toBe('core');
  expect(packageOf('infra/cli/start.ts')).toBe('infra');
  expect(packageOf('infra/preview-backend/json.ts')).toBe('infra/preview-backend');
});

test('reads what we write and nothing that was made or installed', () => {
  const paths = readSourceFiles(/\.(ts|json)$/).map(({ path }) => path);
  expect(paths).toContain('infra/tooling/sourceFiles.test.ts');
  expect(paths.filter((path) => path.includes('node_modules'))).toEqual([]);
});
