import { listImports, packageOf, readSourceFiles, resolveImport, type SourceFile } from './sourceFiles.ts';

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

/** They make sockets and files, or teach the process what browsers know; and start nothing. */
const base64 = 'extension/testing/browsers/base64.ts';
const startsNothing = ['core/testing/services/certificates.ts', 'core/testing/services/tcpProxy.ts', base64];

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

/**
 * The test files of two packages that cannot share a process: those of the extension that replace a global, and those
 * of the preview backend that reach the library of pictures, since they read formats that `core` forbids its process.
 */
export const findAlone = (sources = readTestSources()): string[] => {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const isAlone = (file: SourceFile): boolean => {
    const owner = packageOf(file.path);
    if (owner === 'extension')
      return (
        !file.path.startsWith('extension/testing/') &&
        (/\b(?:stubGlobal|globalThis)\b/.test(file.text) ||
          listImports(file).some((specifier) => resolveImport(file, specifier) === base64))
      );
    const isOwn = (path: string) => packageOf(path) === 'infra/preview-backend';
    return isOwn(file.path) && reaches(file, byPath, (specifier) => specifier === 'sharp', isOwn);
  };
  return sources.filter((file) => isTestFile(file.path) && isAlone(file)).map(({ path }) => path);
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
  const isOfBrowsers = (path: string) =>
    /^(extension|api\/console)\/testing\//.test(path) && !startsNothing.includes(path);
  if (paths.some(isOfBrowsers)) return 'browser';
  return reaches(test, byPath, isService) ? 'services' : 'unit';
}

/** Whether one of the imports is found on any way from the file through those that are followed. */
function reaches(
  test: SourceFile,
  byPath: ReadonlyMap<string, SourceFile>,
  isSought: (specifier: string, target: string) => boolean,
  follows: (target: string) => boolean = isToolOrTest,
): boolean {
  const reached = new Set([test]);
  // A set hands out what is added while it is walked: this follows every import to its end.
  for (const file of reached) {
    for (const specifier of listImports(file)) {
      const target = resolveImport(file, specifier) ?? '';
      if (isSought(specifier, target)) return true;
      const next = byPath.get(target);
      if (next && follows(target)) reached.add(next);
    }
  }
  return false;
}
