import { execFile } from 'node:child_process';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { expect, test } from 'vitest';
import { listImports, readSourceFiles, resolveImport } from './sourceFiles.ts';
import { nameTestProject, parseTestFileName, testProjects } from './testProjects.ts';

const files = readSourceFiles(/^(core|api|bot|extension|workflows|infra)\/.*\.test\.tsx?$/);

test('the suffixes of a test file name what it needs, and when it runs', () => {
  const names = [
    'core/bid.test.ts',
    'api/ui/Field.test.tsx',
    'extension/stubs.alone.test.ts',
    'core/rows.services.test.ts',
    'api/queryPlans.alone.slow.services.test.ts',
    'extension/testing/firefox.slow.browser.test.ts',
    'infra/deploy/kubernetes/kubernetes.ops.test.ts',
  ];
  const projects = names.map(parseTestFileName).map((file) => file && nameTestProject(file));
  expect(projects).toEqual([
    'unit',
    'unit',
    'unit-alone',
    'services',
    'slow-services-alone',
    'slow-browser',
    'ops',
  ]);
});

test.each([
  'core/rows.service.test.ts',
  'core/rows.slow.alone.services.test.ts',
  'core/rows.services.slow.test.ts',
  'infra/deploy/kubernetes/kubernetes.slow.ops.test.ts',
])('no project has %s', (path) => {
  expect(parseTestFileName(path)).toBeUndefined();
});

test('every test file has a name that a project runs', () => {
  const known = testProjects.map(nameTestProject);
  const lost = files.filter(({ path }) => {
    const file = parseTestFileName(path);
    return !file || !known.includes(nameTestProject(file));
  });
  expect(lost.map(({ path }) => path)).toEqual([]);
});

test('a test file that takes a service or a browser says so by its suffix', () => {
  // They make sockets and files, or teach the process what browsers know; and start nothing.
  const startsNothing =
    /\/(certificates|tcpProxy|browsers\/base64|acquisitionTable(\.test)?|kindsFound)\.ts$/;
  const ofBrowsers = /^(extension|api\/console)\/testing\//;
  const ofServices = /^core\/testing\/(services\/|db\/testDatabase\.ts)/;
  const told = files.filter((file) => file.path !== 'infra/tooling/testProjects.test.ts');
  const silent = told.filter((file) => {
    const kind = parseTestFileName(file.path)?.kind;
    const imports = listImports(file).map((specifier) => resolveImport(file, specifier) ?? specifier);
    const lasting = [file.path, ...imports].filter((path) => !startsNothing.test(path));
    if (kind !== 'browser' && lasting.some((path) => ofBrowsers.test(path))) return true;
    return kind === 'unit' && lasting.some((path) => ofServices.test(path) || path === 'node:child_process');
  });
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('a unit test that takes a database or starts a process is told to change its name', async () => {
  await expect(createTestDatabase()).rejects.toThrow('*.services.test.ts');
  expect(() => execFile('true')).toThrow('*.services.test.ts');
});
