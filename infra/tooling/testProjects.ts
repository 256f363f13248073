import { listImports, readSourceFiles, resolveImport, type SourceFile } from './sourceFiles.ts';

/**
 * `ops` tests are those named `*.ops.test.ts`: `npm run ops:test` runs them, and nothing else does. `browser` tests are those in `extension/testing/` and `api/console/testing/`, and those that import from there: they run
 * what was built in a browser. `services` tests take a MariaDB, Redis or S3 of `core/testing/`, or start a process;
 * `unit` tests need nothing but Node.
 */
export type TestProject = 'unit' | 'services' | 'browser' | 'ops';

const isTestFile = (path: string) => /\.test\.tsx?$/.test(path);

/** What only tests and tools run: through these files a test reaches the services it needs. */
const isToolOrTest = (path: string) =>
  isTestFile(path) || /\/testing\/|^infra\/(?!preview-backend\/)/.test(path);

/** They make sockets and files, and start nothing. */
const startsNothing = ['core/testing/services/certificates.ts', 'core/testing/services/tcpProxy.ts'];

const isService = (specifier: string, target: string) =>
  specifier === 'node:child_process' ||
  target === 'core/testing/db/testDatabase.ts' ||
  (target.startsWith('core/testing/services/') && !startsNothing.includes(target));

const sharedConsole = 'api/console/testing/sharedConsole.ts';

/** The test files that share the running console of their process. */
export const findSharing = (sources = readTestSources()): string[] => {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  return sources
    .filter((file) => isTestFile(file.path) && reaches(file, byPath, (_, target) => target === sharedConsole))
    .map(({ path }) => path);
};

const readTestSources = () => readSourceFiles(/^(core|api|bot|extension|workflows|infra)\/.*\.tsx?$/);

/** Every test file by its project, from what it imports: no list has to name it. */
export function sortTests(sources = readTestSources()): Record<TestProject, string[]> {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const sorted: Record<TestProject, string[]> = { unit: [], services: [], browser: [], ops: [] };
  for (const file of sources.filter(({ path }) => isTestFile(path)))
    sorted[findProject(file, byPath)].push(file.path);
  return sorted;
}

function findProject(test: SourceFile, byPath: ReadonlyMap<string, SourceFile>): TestProject {
  if (test.path.endsWith('.ops.test.ts')) return 'ops';
  const paths = [test.path, ...listImports(test).map((specifier) => resolveImport(test, specifier) ?? '')];
  if (paths.some((path) => /^(extension|api\/console)\/testing\//.test(path))) return 'browser';
  return reaches(test, byPath, isService) ? 'services' : 'unit';
}

/** Whether one of the imports is found on any way from the file through what only tests and tools run. */
function reaches(
  test: SourceFile,
  byPath: ReadonlyMap<string, SourceFile>,
  isSought: (specifier: string, target: string) => boolean,
): boolean {
  const reached = new Set([test]);
  // A set hands out what is added while it is walked: this follows every import to its end.
  for (const file of reached) {
    for (const specifier of listImports(file)) {
      const target = resolveImport(file, specifier) ?? '';
      if (isSought(specifier, target)) return true;
      const next = byPath.get(target);
      if (next && isToolOrTest(target)) reached.add(next);
    }
  }
  return false;
}
